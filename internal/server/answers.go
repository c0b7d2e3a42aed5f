package server

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strings"
	"sync"

	"concord/graph"
	"concord/internal/hub"
)

// Answers are kept by everything that decides them: what was sent, byte by byte,
// who sent it with which rights, the revisions of store and index, and the day. So
// nothing ever has to be taken back; what is older than the newest moment is dropped
// as a whole. Which answers may be kept at all is graph's to say ([graph.Kept]).

// moment is when an answer is right.
type moment struct {
	revision, indexed hub.Revision
	day               hub.Date
	live              *live // limits are told in answers, and may be changed
}

func (s *Server) moment() moment {
	indexed, _ := s.config.Hub.IndexRevision()
	return moment{s.config.Hub.Revision(), indexed, s.config.Hub.Today(), s.live.Load()}
}

// question is what was sent by whom, at a moment. The zero question has no answer.
type question struct {
	moment moment
	key    [sha256.Size]byte
}

// keptAnswer is a whole answer that may be given again.
type keptAnswer struct {
	text      []byte
	operation string // name, for the log
	cost      int    // points, charged every time
	told      *graph.Answered
	tag       func() string
}

// newAnswer is an answer that has just been made; told is what those who run the hub
// were told of it.
func newAnswer(text []byte, operation string, cost int, told *graph.Answered) *keptAnswer {
	if told != nil {
		again := *told
		again.Took = 0 // of making it
		told = &again
	}
	return &keptAnswer{text, operation, cost, told, sync.OnceValue(func() string {
		sum := sha256.Sum256(text)
		return `"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`
	})}
}

// write sends the answer, or to somebody who has it already, that it still holds.
// Only GET has that: what POST is answered no client keeps.
func (a *keptAnswer) write(w http.ResponseWriter, r *http.Request, media string) {
	if r.Method == http.MethodGet {
		w.Header().Set("Cache-Control", "private, no-cache")
		w.Header().Set("ETag", a.tag())
		if holds(r.Header.Get("If-None-Match"), a.tag()) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	write(w, media, http.StatusOK, a.text)
}

// holds reports whether an If-None-Match names the tag.
func holds(header, etag string) bool {
	for named := range strings.SplitSeq(header, ",") {
		if named = strings.TrimSpace(named); named == "*" || strings.TrimPrefix(named, "W/") == etag {
			return true
		}
	}
	return false
}

// answers keeps answers of the newest moment.
type answers struct {
	now  func() moment
	most int64 // bytes

	mu    sync.RWMutex
	at    moment
	kept  map[[sha256.Size]byte]*keptAnswer
	bytes int64
}

func newAnswers(now func() moment, most int64) *answers {
	return &answers{now: now, most: most, kept: map[[sha256.Size]byte]*keptAnswer{}}
}

// asked is what was sent, with this body. It asks nothing when answers are not kept,
// and of streams.
func (a *answers) asked(r *http.Request, body []byte, media string, p *hub.Principal) (q question) {
	if a.most == 0 || media == mediaEvents {
		return q
	}
	sent := body
	if r.Method == http.MethodGet {
		sent = []byte(r.URL.RawQuery)
	}
	q.moment = a.now()
	key := make([]byte, 0, 256+len(sent))
	part := func(s string) { key = append(binary.AppendUvarint(key, uint64(len(s))), s...) }
	for _, s := range [...]string{r.Method, r.Header.Get("Content-Type"), p.ID, string(p.Role), p.District, p.Court, p.Agency} {
		part(s)
	}
	key = binary.AppendUvarint(key, uint64(len(p.Scopes)))
	for _, scope := range p.Scopes {
		part(string(scope))
	}
	q.key = sha256.Sum256(append(key, sent...))
	return q
}

// get returns the answer to a question, nil when it is not kept, and a word for what
// the look-up came to.
func (a *answers) get(q question) (kept *keptAnswer, outcome string) {
	if q == (question{}) {
		return nil, "bypass"
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	if q.moment == a.at {
		kept = a.kept[q.key]
	}
	if kept == nil {
		return nil, "miss"
	}
	return kept, "hit"
}

// keep keeps an answer that has just been made, if the moment at which it was asked
// for is still now: an answer is right for its moment only when that has not passed
// while it was made.
func (a *answers) keep(q question, made *keptAnswer) {
	size := int64(len(made.text)) + 256 // for what is around it
	if q == (question{}) || size > a.most/4 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	switch now := a.now(); {
	case q.moment != now:
		return
	case a.at != now:
		a.at, a.bytes = now, 0
		clear(a.kept)
	}
	if _, ok := a.kept[q.key]; ok {
		return
	}
	for key, other := range a.kept { // any will do: Go's maps begin anywhere
		if a.bytes+size <= a.most {
			break
		}
		a.bytes -= int64(len(other.text)) + 256
		delete(a.kept, key)
	}
	a.kept[q.key] = made
	a.bytes += size
}
