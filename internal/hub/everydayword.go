package hub

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
)

// SearchWord 日常说法 is what an administrator of the city says about a word by
// which people mean something without naming it. It goes before what
// seeds/vocabulary.json says of the same word: it adds one, gives it another
// meaning, or takes it out of use. The log orders such records like all others, and
// searches follow it, so that a word means what the newest one says.
type SearchWord struct {
	ID          ID               `cbor:"1,keyasint" share:"PUBLIC"`
	Word        string           `cbor:"2,keyasint" share:"PUBLIC"`           // as people write it; one record a word, for ever
	Specialties []string         `cbor:"3,keyasint,omitempty" share:"PUBLIC"` // labels, first what it means
	Districts   []string         `cbor:"4,keyasint,omitempty" share:"PUBLIC"` // GB/T 2260
	Sources     []SourceCategory `cbor:"5,keyasint,omitempty" share:"PUBLIC"`
	Hint        bool             `cbor:"6,keyasint,omitempty" share:"PUBLIC"` // it may move records up, and excludes none
	Note        string           `cbor:"7,keyasint,omitempty" share:"PUBLIC"`
	State       WordState        `cbor:"8,keyasint" share:"PUBLIC"`
}

// RecordID returns the id.
func (s *SearchWord) RecordID() ID { return s.ID }

// Facts returns the key under which the word is found.
func (s *SearchWord) Facts() Facts { return Facts{Keys: []Key{{KeyWord, foldKey(s.Word), true}}} }

// Retired reports whether the word is out of use.
func (s *SearchWord) Retired() bool { return s.State == WordRetired }

// WordState says whether searches know a word.
type WordState string

// The states.
const (
	WordActive  WordState = "ACTIVE"
	WordRetired WordState = "RETIRED"
)

var wordStates = newVocabulary("state", "日常说法的状态", []word[WordState]{{WordActive, "使用中", ""}, {WordRetired, "已停用", ""}})

// WordOrigin says where a word of the search has its meaning from.
type WordOrigin string

// The origins.
const (
	WordBase    WordOrigin = "BASE"    // the base vocabulary alone
	WordAdded   WordOrigin = "ADDED"   // a record; the base has no such word
	WordAmended WordOrigin = "AMENDED" // a record, in place of the base
	WordRemoved WordOrigin = "REMOVED" // a record took it out of use
)

var wordOrigins = newVocabulary("origin", "日常说法的来源", []word[WordOrigin]{
	{WordBase, "基础词表", ""}, {WordAdded, "本市增补", ""}, {WordAmended, "本市改定", ""}, {WordRemoved, "本市停用", ""},
})

// Label returns the Chinese word, or the value itself when it is unknown.
func (v WordState) Label() string  { return wordStates.label(v) }
func (v WordOrigin) Label() string { return wordOrigins.label(v) }

// String is the label, as changes of a record show it.
func (v WordState) String() string { return v.Label() }

// WordStates and WordOrigins list every value in its order.
func WordStates() []WordState   { return slices.Clone(wordStates.values) }
func WordOrigins() []WordOrigin { return slices.Clone(wordOrigins.values) }

// WordMeaning is what the base vocabulary says of an everyday word.
type WordMeaning struct {
	Specialties []string
	Hint        bool
}

// SearchWordView is a record of a word.
type SearchWordView struct {
	*SearchWord
	Districts []*Region
	Base      *WordMeaning // what the base vocabulary says of it; nil for nothing
	Revision  Revision
	UpdatedAt time.Time
}

func (h *Hub) searchWordView(v Version) *SearchWordView {
	s := v.Record.(*SearchWord)
	return &SearchWordView{SearchWord: s, Districts: h.districtsOf(s.Districts), Base: h.baseMeaning(s.Word), Revision: v.Revision, UpdatedAt: v.At}
}

func (h *Hub) districtsOf(codes []string) []*Region {
	regions := make([]*Region, 0, len(codes))
	for _, code := range codes {
		if r, ok := h.reference.Region(code); ok {
			regions = append(regions, r)
		}
	}
	return regions
}

// hintBelow is the weight under which a word of the vocabulary is only a hint.
const hintBelow = 0.5

// HintOnly reports whether the word must not exclude anybody.
func (e *EverydayWord) HintOnly() bool { return e.Weight < hintBelow }

// everydayTable is the everyday words of the base vocabulary by their key.
func everydayTable(v *Vocabulary) map[string]*EverydayWord {
	table := make(map[string]*EverydayWord, len(v.Everyday))
	for i := range v.Everyday {
		table[foldKey(v.Everyday[i].Word)] = &v.Everyday[i]
	}
	return table
}

// baseMeaning is what the base vocabulary says of an everyday word; nil for nothing.
func (h *Hub) baseMeaning(word string) *WordMeaning {
	e, ok := h.everyday[foldKey(word)]
	if !ok {
		return nil
	}
	return &WordMeaning{e.Specialties, e.HintOnly()}
}

// VocabularyWord is an everyday word as searches know it.
type VocabularyWord struct {
	Word        string
	Specialties []string
	Districts   []*Region
	Sources     []SourceCategory
	Hint        bool
	Origin      WordOrigin
	Record      *SearchWordView // nil of a word of the base alone
}

// WordFilter narrows the everyday words.
type WordFilter struct {
	Word      *string // a part of it
	Specialty *string // label, formal name or code of a cause
	Origin    []WordOrigin
}

// EverydayWords returns a page of the everyday words: those with a record, the
// newest first, then the base vocabulary in its order.
func (h *Hub) EverydayWords(ctx context.Context, filter WordFilter, asOf AsOf, page PageArgs) (*Connection[*VocabularyWord], error) {
	var labels []string
	if filter.Specialty != nil {
		var err error
		if labels, err = h.specialtyLabels(*filter.Specialty); err != nil {
			return nil, err
		}
	}
	part := foldKey(given(filter.Word))
	walk, err := backwardsFrom(page, "everydayWords", part, labels, filter.Origin, asOf)
	if err != nil {
		return nil, err
	}
	conn := &Connection[*VocabularyWord]{}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		moment, err := h.moment(snap, asOf, 0)
		if err != nil {
			return err
		}
		conn.Revision = snap.Revision()
		all, err := h.vocabularyWords(snap, moment.At)
		if err != nil {
			return err
		}
		conn.HasPreviousPage = walk.after != 0
		for i, word := range all {
			if !strings.Contains(foldKey(word.Word), part) || !oneOf(filter.Origin, word.Origin) ||
				labels != nil && !slices.ContainsFunc(word.Specialties, func(l string) bool { return slices.Contains(labels, l) }) {
				continue
			}
			conn.TotalCount++
			// Places are numbers from the end, so that a word that is added in front
			// moves none.
			place := ID(len(all) - i)
			if walk.after != 0 && place >= walk.after {
				continue
			}
			if len(conn.Edges) == walk.limit {
				conn.HasNextPage = true
				continue
			}
			conn.Edges = append(conn.Edges, ConnectionEdge[*VocabularyWord]{Node: word, Cursor: walk.cursor(place)})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// vocabularyWords returns all everyday words at a moment in their order.
func (h *Hub) vocabularyWords(snap Snapshot, at Revision) ([]*VocabularyWord, error) {
	said := map[string]bool{}
	var all []*VocabularyWord
	for v, err := range snap.All(at, KindEverydayWord) {
		if err != nil {
			return nil, err
		}
		view := h.searchWordView(v)
		said[foldKey(view.Word)] = true
		word := &VocabularyWord{view.Word, view.Specialties, view.Districts, view.Sources, view.Hint, WordAdded, view}
		switch {
		case view.Retired():
			word.Origin = WordRemoved
		case view.Base != nil:
			word.Origin = WordAmended
		}
		all = append(all, word)
	}
	slices.Reverse(all)
	for i := range h.vocabulary.Everyday {
		e := &h.vocabulary.Everyday[i]
		if !said[foldKey(e.Word)] {
			all = append(all, &VocabularyWord{Word: e.Word, Specialties: e.Specialties, Hint: e.HintOnly(), Origin: WordBase})
		}
	}
	return all, nil
}

// WordFields is what an administrator says of a word.
type WordFields struct {
	Specialties []string // labels, formal names or codes of causes
	Districts   []string // codes or names
	Sources     []SourceCategory
	Hint        *bool
	Note        *string
}

// AddWordInput is a new record of a word.
type AddWordInput struct {
	Write
	WordFields
	Word string
}

// AmendWordInput says anew what a word means; what is nil stays. One that was out
// of use is in use again.
type AmendWordInput struct {
	Write
	WordFields
}

// RetireWordInput takes a word out of use: by the id of its record, or, when there
// is none, one of the base vocabulary by itself.
type RetireWordInput struct {
	Write
	Word *string
}

// keepsWords reports whether p decides what words mean.
func (p *Principal) keepsWords() bool { return p.Role == RoleCityAdmin || p.Role == RoleSystem }

func (w *writing) keepsWords() bool {
	if w.p.keepsWords() {
		return true
	}
	w.refuse("", RefusalForbidden, Forbidden("日常说法由市级管理员（市人社局）维护。请与其联系。"))
	return false
}

// AddEverydayWord adds a word, or gives one of the base vocabulary another meaning.
func (h *Hub) AddEverydayWord(ctx context.Context, p *Principal, in AddWordInput) (*Written, error) {
	return h.write(ctx, p, "ADD_EVERYDAY_WORD", in.Write, in, func(w *writing) error {
		if !w.keepsWords() {
			return nil
		}
		s := &SearchWord{Word: foldWidth(in.Word), State: WordActive}
		w.setWord(s, in.WordFields)
		w.checkWord(s)
		if err := w.newWord(s.Word); err != nil || w.refused() {
			return err
		}
		if h.baseMeaning(s.Word) != nil {
			w.remarks = append(w.remarks, UserError{RefusalDuplicate, "基础词表里已有“" + s.Word + "”，今后以本条为准。", []string{"input", "word"}})
		}
		w.putNewWord(s)
		return nil
	})
}

// AmendEverydayWord says anew what a word means.
func (h *Hub) AmendEverydayWord(ctx context.Context, p *Principal, in AmendWordInput) (*Written, error) {
	return h.write(ctx, p, "AMEND_EVERYDAY_WORD", in.Write, in, func(w *writing) error {
		s, ok, err := w.loadWord(in.Write)
		if err != nil || !ok {
			return err
		}
		s.State = WordActive
		w.setWord(s, in.WordFields)
		if w.checkWord(s); !w.refused() {
			w.put(s, in.Expected)
		}
		return nil
	})
}

// RetireEverydayWord takes a word out of use. Its record stays, and with it what the
// word meant.
func (h *Hub) RetireEverydayWord(ctx context.Context, p *Principal, in RetireWordInput) (*Written, error) {
	return h.write(ctx, p, "RETIRE_EVERYDAY_WORD", in.Write, in, func(w *writing) error {
		if in.Word != nil && in.ID == 0 {
			return w.retireBase(*in.Word)
		}
		s, ok, err := w.loadWord(in.Write)
		if err != nil || !ok {
			return err
		}
		if s.Retired() {
			w.refuse("id", RefusalMove, Invalid("id", "“%s”已经停用。", s.Word))
			return nil
		}
		s.State = WordRetired
		w.put(s, in.Expected)
		return nil
	})
}

// retireBase takes a word of the base vocabulary out of use.
func (w *writing) retireBase(word string) error {
	if !w.keepsWords() {
		return nil
	}
	e, ok := w.hub.everyday[foldKey(word)]
	if !ok {
		w.refuse("word", RefusalNotFound, NotFound("基础词表里没有“%s”这个日常说法。请核对，或给出记录的 id。", Shorten(word)))
		return nil
	}
	if err := w.newWord(e.Word); err != nil || w.refused() {
		return err
	}
	w.putNewWord(&SearchWord{Word: e.Word, Specialties: e.Specialties, Hint: e.HintOnly(), State: WordRetired})
	return nil
}

func (w *writing) putNewWord(s *SearchWord) {
	s.ID = w.hub.store.NextID(KindEverydayWord)
	w.main = append(w.main, s.ID)
	w.put(s, 0)
}

// loadWord reads the record that the change is about, as a copy.
func (w *writing) loadWord(said Write) (*SearchWord, bool, error) {
	if !w.keepsWords() {
		return nil, false, nil
	}
	v, ok, err := w.load(said.ID, said.Expected, KindEverydayWord)
	if err != nil || !ok {
		return nil, false, err
	}
	s := *v.Record.(*SearchWord)
	return &s, true, nil
}

// newWord refuses a word that has a record, and shows it.
func (w *writing) newWord(word string) error {
	ids, err := w.snap.Lookup(0, KindEverydayWord, KeyWord, foldKey(word))
	if err != nil || len(ids) == 0 {
		return err
	}
	versions, err := w.snap.Get(0, ids[0])
	if err != nil {
		return err
	}
	w.main, w.current = append(w.main, ids[0]), append(w.current, versions[0])
	w.refuse("word", RefusalDuplicate, Invalid("word", "“%s”已有一条记录（停用的也在内）。请修改那一条；修改后即重新使用。", Shorten(word)))
	return nil
}

// mostMeanings is how many specialties a word can stand for: what comes later is
// worth less and less (see index/words).
const mostMeanings = 4

// mostWord is how long a word may be, in characters.
const mostWord = 20

// setWord takes over what is said of a word.
func (w *writing) setWord(s *SearchWord, f WordFields) {
	if f.Specialties != nil {
		s.Specialties = nil
		for _, printed := range f.Specialties {
			labels, err := w.hub.specialtyLabels(printed)
			if err != nil || w.hub.specialties.terms[labels[0]] == nil {
				w.refuse("specialties", RefusalInvalid, Invalid("specialties", "没有“%s”这个擅长领域或案由。请写正式名称或案由代码，例如 劳动报酬、205-5；全部名称见接口的 specialties 查询。", Shorten(printed)))
				continue
			}
			for _, label := range labels {
				if !slices.Contains(s.Specialties, label) {
					s.Specialties = append(s.Specialties, label)
				}
			}
		}
	}
	if f.Districts != nil {
		s.Districts = nil
		for _, name := range f.Districts {
			region, ok := w.hub.reference.District(name)
			if !ok {
				w.refuse("districts", RefusalInvalid, Invalid("districts", "没有代码或名称为“%s”的区。请填写代码，例如 120112（津南区）。", Shorten(name)))
				continue
			}
			if !slices.Contains(s.Districts, region.Code) {
				s.Districts = append(s.Districts, region.Code)
			}
		}
	}
	if f.Sources != nil {
		s.Sources = slices.Compact(slices.Sorted(slices.Values(f.Sources)))
	}
	if f.Hint != nil {
		s.Hint = *f.Hint
	}
	if f.Note != nil {
		s.Note = *f.Note
	}
}

// SeparatesWords reports whether r stands between two things asked for. Marks that
// occur within words (n+1, 张·三) do not.
func SeparatesWords(r rune) bool {
	switch r {
	case '+', '·', '•', '.', '-', '_', '/', '#', '&', '\'':
		return false
	}
	return unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r)
}

// checkWord refuses what cannot be a word, and one that means nothing.
func (w *writing) checkWord(s *SearchWord) {
	w.line("note", "说明", &s.Note, true)
	runes := []rune(s.Word)
	if len(runes) < 2 || len(runes) > mostWord || slices.ContainsFunc(runes, SeparatesWords) || !findable(runes) {
		w.refuse("word", RefusalInvalid, Invalid("word", "日常说法须是 2 至 %d 个字的一个词，不含空格和标点，例如 打白条、996。", mostWord))
		return
	}
	if label, known := w.hub.specialties.canonical(s.Word); known {
		w.refuse("word", RefusalInvalid, Invalid("word", "“%s”是擅长领域“%s”的正式名称，检索本就认得，不必另加。", Shorten(s.Word), label))
	}
	switch {
	case len(s.Specialties)+len(s.Districts)+len(s.Sources) == 0:
		w.refuse("specialties", RefusalInvalid, Invalid("specialties", "请写明“%s”指什么：擅长领域、区或人员来源，至少一项（接口为 specialties、districts、sources）。", Shorten(s.Word)))
	case len(s.Specialties) > mostMeanings:
		w.refuse("specialties", RefusalTooMany, Invalid("specialties", "一个说法最多指 %d 个擅长领域，第一个是主要的。请精简。", mostMeanings))
	}
}

// findable reports whether texts can be found that hold the word: two Chinese
// characters stand in it side by side, or a letter or a digit.
func findable(runes []rune) bool {
	for i, r := range runes {
		if !unicode.Is(unicode.Han, r) && (unicode.IsLetter(r) || unicode.IsDigit(r)) ||
			i > 0 && unicode.Is(unicode.Han, r) && unicode.Is(unicode.Han, runes[i-1]) {
			return true
		}
	}
	return false
}
