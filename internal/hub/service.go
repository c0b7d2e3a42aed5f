package hub

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"sync"
	"time"
)

// Hub holds the use cases: everything that a caller can ask or do, with the
// rules that decide it. It is safe for concurrent use.
type Hub struct {
	store                               Store
	searcher                            Searcher
	reference                           *Reference
	vocabulary                          *Vocabulary
	vault                               Vault
	specialties                         *specialtyTable
	everyday                            map[string]*EverydayWord // of the base vocabulary, by foldKey
	now                                 func() time.Time
	random                              io.Reader
	correctionDays, correctionExtension int
	attempts                            attemptCounts
	numbers                             *Allowance // of identity numbers that were wrong, by caller and name
	sheets                              sheets
	kept                                keptViews
	secrets                             Secrets
	uses                                uses
	keying                              sync.Mutex // held while a key is issued: two at once must not make three
	linking                             sync.Mutex // held while organisations are put below others, see [Hub.apply]
}

// Config is what a Hub works with. Store, Reference, Vocabulary and Vault are
// required; without a Searcher everything but searching works.
type Config struct {
	Store                               Store
	Searcher                            Searcher
	Reference                           *Reference
	Vocabulary                          *Vocabulary
	Vault                               Vault
	Sheets                              SheetFiles       // without it sheets are not taken online
	KeepSheets                          time.Duration    // how long rows of a sheet are kept; [DefaultKeepSheets] when 0
	Now                                 func() time.Time // time.Now when nil
	CorrectionDays, CorrectionExtension int              // working days for an answer, and for its extension; defaults when 0
	Random                              io.Reader        // of draws, safe for concurrent use; without it nothing is drawn
	Secrets                             Secrets          // without it keys and links are not issued through the API
}

// New returns a hub.
func New(c Config) *Hub {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Hub{
		random: c.Random, correctionDays: cmp.Or(c.CorrectionDays, DefaultCorrectionDays), correctionExtension: cmp.Or(c.CorrectionExtension, DefaultCorrectionExtension),
		store: c.Store, searcher: c.Searcher, reference: c.Reference, vocabulary: c.Vocabulary, vault: c.Vault,
		specialties: newSpecialtyTable(c.Vocabulary), everyday: everydayTable(c.Vocabulary), now: c.Now,
		sheets: newSheets(c.Sheets, c.KeepSheets), secrets: c.Secrets, uses: newUses(c.Now()), numbers: NewAllowance(wrongNumbers, wrongNumbersEvery),
	}
}

// Reference returns the code tables.
func (h *Hub) Reference() *Reference { return h.reference }

// Vocabulary returns the words of the search.
func (h *Hub) Vocabulary() *Vocabulary { return h.vocabulary }

// Today is the day that it is in China.
func (h *Hub) Today() Date { return Today(h.now()) }

// randomly fills b with what nobody can foresee.
func (h *Hub) randomly(b []byte) error {
	if h.random == nil {
		return &Error{Code: CodeBusy, Message: "本系统没有配置随机数来源，不能抽取。请改为指定人选，或告知运维人员。"}
	}
	if _, err := io.ReadFull(h.random, b); err != nil {
		return Internal("randomly", err)
	}
	return nil
}

// Revision is the newest durable revision.
func (h *Hub) Revision() Revision { return h.store.Revision() }

// IndexRevision is the newest revision that searches know of; false without a
// searcher.
func (h *Hub) IndexRevision() (Revision, bool) {
	if h.searcher == nil {
		return 0, false
	}
	return h.searcher.Revision(), true
}

// reached returns a STALE error unless the hub holds the revision.
func (h *Hub) reached(least Revision) error {
	if now := h.store.Revision(); least > now {
		return &Error{Code: CodeStale, Field: "minRevision", Message: fmt.Sprintf("本系统目前的修订号为 %d，尚未达到所要求的 %d。请稍后重试。", now, least)}
	}
	return nil
}

// AsOf is a point in recorded time: a revision or an instant, not both. The
// zero AsOf is now.
type AsOf struct {
	Revision Revision
	Instant  time.Time
}

// IsNow reports whether a asks for the newest state.
func (a AsOf) IsNow() bool { return a.Revision == 0 && a.Instant.IsZero() }

// moment turns what a caller asked into a moment of this snapshot.
func (h *Hub) moment(snap Snapshot, asOf AsOf, on Date) (Moment, error) {
	m := Moment{On: on, Listed: on != 0}
	switch {
	case asOf.Revision > snap.Revision():
		return m, Invalid("asOf", "修订号 %d 尚未产生，目前最新为 %d。请改用不大于它的修订号。", asOf.Revision, snap.Revision())
	case asOf.Revision != 0:
		m.At = asOf.Revision
	case !asOf.Instant.IsZero():
		if asOf.Instant.After(h.now()) {
			return m, Invalid("asOf", "时点 %s 在将来。asOf 只能取过去的时点；查询将来某日的状态请用 on。", asOf.Instant.Format(time.RFC3339))
		}
		at, err := snap.RevisionAt(asOf.Instant)
		if err != nil {
			return m, err
		}
		if at == 0 {
			return m, Invalid("asOf", "时点 %s 早于本系统的第一条记录。请改用较晚的时点。", asOf.Instant.Format(time.RFC3339))
		}
		m.At = at
	}
	if m.On == 0 {
		m.On = h.Today()
		if m.At != 0 {
			// What the hub said at a past moment, it said of the day of that moment.
			said := asOf.Instant
			if said.IsZero() {
				for change, err := range snap.Changes(m.At - 1) {
					if err != nil {
						return m, err
					}
					said = change.At
					break
				}
			}
			m.On = Today(said)
		}
	}
	return m, nil
}

// withSnapshot runs f on a snapshot of the newest state.
func (h *Hub) withSnapshot(ctx context.Context, f func(Snapshot) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	snap, err := h.store.Snapshot()
	if err != nil {
		return err
	}
	defer snap.Close()
	return f(snap)
}
