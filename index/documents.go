package index

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/document"
	bindex "github.com/blevesearch/bleve_index_api"

	"concord/index/words"
	"concord/internal/hub"
	"concord/internal/pinyin"
)

// documentID is the name of a record in bleve: its id in 8 bytes, so that the
// order of documents' names is that of ids.
func documentID(id hub.ID) string {
	return string(binary.BigEndian.AppendUint64(nil, uint64(id)))
}

func recordID(name []byte) (hub.ID, error) {
	if len(name) != 8 {
		return 0, fmt.Errorf("a document named by %d bytes", len(name))
	}
	return hub.ID(binary.BigEndian.Uint64(name)), nil
}

// tokens collects the tokens of one document, each once a field.
type tokens struct {
	lexicon *words.Lexicon
	fields  [numFields]bindex.TokenFrequencies
}

// one stands for every token: frequencies and places are not kept.
var one = &bindex.TokenFreq{}

// maxToken bounds a token's bytes; what is longer is cut, at a character.
const maxToken = 240

func (t *tokens) add(f field, token string) {
	if token == "" {
		return
	}
	if len(token) > maxToken {
		token = token[:maxToken]
		for !utf8.ValidString(token) {
			token = token[:len(token)-1]
		}
	}
	t.addRaw(f, token)
}

func (t *tokens) addRaw(f field, token string) {
	m := t.fields[f]
	if m == nil {
		m = bindex.TokenFrequencies{}
		t.fields[f] = m
	}
	m[token] = one
}

// document returns the bleve document of the tokens.
func (t *tokens) document(id hub.ID) *document.Document {
	d := document.NewDocument(documentID(id))
	d.Fields = make([]document.Field, 0, numFields+1)
	for f, tokens := range t.fields {
		if tokens != nil {
			d.Fields = append(d.Fields, &tokenField{field(f), tokens})
		}
	}
	return d
}

// tokenField is a bleve field whose tokens are ready.
type tokenField struct {
	field  field
	tokens bindex.TokenFrequencies
}

func (f *tokenField) Name() string                                      { return fieldNames[f.field] }
func (f *tokenField) Value() []byte                                     { return nil }
func (f *tokenField) ArrayPositions() []uint64                          { return nil }
func (f *tokenField) EncodedFieldType() byte                            { return 't' }
func (f *tokenField) Analyze()                                          {}
func (f *tokenField) Options() bindex.FieldIndexingOptions              { return f.field.options() }
func (f *tokenField) AnalyzedLength() int                               { return len(f.tokens) }
func (f *tokenField) AnalyzedTokenFrequencies() bindex.TokenFrequencies { return f.tokens }
func (f *tokenField) NumPlainTextBytes() uint64                         { return 0 }
func (f *tokenField) Size() int                                         { return 64 * len(f.tokens) }

// bodies tells the names of organisations that other records point to.
type bodies map[hub.ID]string

// essence is all that the document of a roster record is made from: records of the
// same essence are found alike.
type essence struct {
	sayings []saying
	body    string    // name of the organisation to which it belongs
	serves  []string  // districts besides its own
	facts   hub.Facts // without the keys
}

// essenceOf returns nil for what is no roster record.
func essenceOf(r hub.Record, names bodies) *essence {
	e := &essence{}
	switch r := r.(type) {
	case *hub.Mediator:
		e.body = names[r.Organization]
	case *hub.InvitedListing:
		e.body = names[r.Organization]
	case *hub.Expert:
		for _, district := range r.DistrictsServed {
			if district != r.District {
				e.serves = append(e.serves, district)
			}
		}
	case *hub.Organization:
	default:
		return nil
	}
	e.sayings, e.facts = sayings(r), r.Facts()
	e.facts.Keys = nil
	return e
}

// describe turns a record into the documents that it is found by: one, but for
// a checklist one a measure, and none for what is not searched for.
func describe(lexicon *words.Lexicon, r hub.Record, names bodies) ([]*document.Document, error) {
	if c, ok := r.(*hub.ChecklistRecord); ok {
		return describeChecklist(lexicon, c), nil
	}
	e := essenceOf(r, names)
	if e == nil {
		return nil, nil
	}
	t := &tokens{lexicon: lexicon}
	for _, s := range e.sayings {
		t.say(s.role, s.text)
	}
	t.say(ofBody, e.body)
	for _, district := range e.serves {
		t.add(fieldServes, district)
	}
	if err := t.facts(r.RecordID(), e.facts); err != nil {
		return nil, err
	}
	return []*document.Document{t.document(r.RecordID())}, nil
}

// say adds the tokens of a text.
func (t *tokens) say(role role, text string) {
	switch role {
	case ofPerson:
		t.name(text)
	case ofOrganization:
		t.body(text)
		t.complete(organizationMark+text, text, pinyin.Text(text))
	case ofBody:
		t.body(text)
	case ofTitle:
		t.title(text)
	case ofProse:
		t.prose(text)
	case ofText:
		t.text(text)
	case ofNumber:
		t.number(text)
	}
}

// facts adds what filters and facets go by, and the specialties.
func (t *tokens) facts(id hub.ID, f hub.Facts) error {
	life, err := encodeLife(f.Timeline, f.TermEnd)
	if err != nil {
		return err
	}
	t.addRaw(fieldKind, id.Kind().String())
	t.addRaw(fieldLife, life)
	t.add(fieldDistrict, f.District)
	t.add(fieldLevel, string(f.Level))
	t.add(fieldSource, string(f.Source))
	t.add(fieldCourt, f.Court)
	t.add(fieldOrgKind, string(f.OrgKind))
	if f.Organization != 0 {
		t.addRaw(fieldPart, documentID(f.Organization))
	}
	for i, label := range f.Specialties {
		if label == "" {
			continue
		}
		t.addRaw(fieldSpecialty, label)
		canonical, known := t.lexicon.Canonical(label)
		if !known {
			// In words of its own: found by them, and by what the vocabulary
			// makes of them.
			t.prose(label)
			continue
		}
		if i == 0 {
			t.add(fieldFirst, canonical)
		}
		t.add(fieldAny, canonical)
		for w := t.lexicon.Wider(canonical); w != ""; w = t.lexicon.Wider(w) {
			t.add(fieldWider, w)
			if i == 0 {
				t.add(fieldWider, "^"+w)
			}
		}
	}
	return nil
}

// name adds a person's name: whole, in parts, and as it sounds.
func (t *tokens) name(name string) {
	key := words.Key(name)
	if key == "" {
		return
	}
	t.add(fieldName, key)
	runes := []rune(key)
	for n := 1; n <= 4; n++ {
		for i := 0; i+n <= len(runes); i++ {
			t.add(fieldNamePart, string(runes[i:i+n]))
		}
		if n <= len(runes) {
			t.add(fieldNamePart, "^"+string(runes[:n]))
		}
	}
	// The name is read as it is written, since folding may join characters that
	// are read differently, and as it is folded, since surnames are known by
	// their simplified form.
	readings := pinyin.Name(name)
	for _, r := range ways(readings) {
		t.sound(r, pinyin.Surname(name))
	}
	if folded := words.FoldString(name); folded != name {
		for _, r := range ways(pinyin.Name(folded)) {
			t.sound(r, pinyin.Surname(folded))
		}
	}
	t.complete(name, name, readings)
}

// sound adds one way to read a name.
func (t *tokens) sound(syllables []string, surname int) {
	given := strings.Join(syllables[min(surname, len(syllables)):], "")
	full := strings.Join(syllables, "")
	var initials []byte
	for _, s := range syllables {
		initials = append(initials, s[0])
	}
	t.add(fieldPinyin, full)
	t.add(fieldPinyin, "-"+given)
	for n := 1; n < len(syllables); n++ {
		t.add(fieldPinyin, "^"+strings.Join(syllables[:n], ""))
	}
	t.add(fieldInitials, string(initials))
	for _, s := range []string{full, given, string(initials)} {
		for n := 1; n <= min(len(s), maxBeginning); n++ {
			t.add(fieldPinyinTop, s[:n])
		}
	}
}

// maxBeginning bounds the beginnings of pinyin that are kept as tokens, in
// letters; nobody types more of a name without meaning all of it.
const maxBeginning = 14

// maxWays bounds the ways to read one name.
const maxWays = 4

// ways returns the ways in which a name can be read: the usual one first, then
// those in which one character is read otherwise.
func ways(readings [][]string) [][]string {
	var usual []string
	for _, r := range readings {
		if len(r) > 0 {
			usual = append(usual, r[0])
		}
	}
	if len(usual) == 0 {
		return nil
	}
	result := [][]string{usual}
	place := 0
	for _, r := range readings {
		if len(r) == 0 {
			continue
		}
		for _, other := range r[1:] {
			if len(result) == maxWays {
				return result
			}
			way := append([]string(nil), usual...)
			way[place] = other
			result = append(result, way)
		}
		place++
	}
	return result
}

// complete adds what completion finds a name by: its characters, its pinyin and
// its initials, each followed by the name as it is to be shown.
func (t *tokens) complete(shown, name string, readings [][]string) {
	key := words.Key(name)
	if key == "" || len(shown) > maxToken/2 {
		return
	}
	full, initials := pinyin.Join(readings), pinyin.Initials(readings)
	for _, beginning := range []string{key, full[:min(len(full), 40)], initials[:min(len(initials), 20)]} {
		if beginning != "" {
			t.add(fieldComplete, beginning+completeMark+shown)
		}
	}
}

const (
	completeMark     = "\x1f" // between what is typed and what is shown
	organizationMark = "\x1e" // in front of the name of an organisation
)

// body adds the name of an organisation, an employer or an invited body.
func (t *tokens) body(name string) {
	key := words.Key(name)
	if key == "" {
		return
	}
	t.add(fieldBody, key)
	t.pairs(fieldBodyPart, words.FoldString(name))
}

// title adds a professional title: what it means, and what is printed.
func (t *tokens) title(s string) {
	folded := words.FoldString(s)
	for _, title := range t.lexicon.Titles(folded) {
		t.add(fieldTitle, "="+title)
	}
	t.pairs(fieldTitle, folded)
}

// prose adds a text and the specialties that it speaks of.
func (t *tokens) prose(s string) {
	if s == "" {
		return
	}
	t.text(s)
	for _, meant := range t.lexicon.Mentions(s) {
		t.add(fieldResume, meant)
	}
}

// text adds a text by pairs of characters.
func (t *tokens) text(s string) { t.pairs(fieldText, words.FoldString(s)) }

// pairs adds the tokens of a folded text: each two neighbouring Chinese
// characters, and each word of letters or digits.
func (t *tokens) pairs(f field, folded string) {
	for _, token := range words.Pairs(folded) {
		t.add(f, token)
	}
}

// number adds a number with all its beginnings, so that typing finds it early.
func (t *tokens) number(s string) {
	key := words.Key(s)
	if key == "" {
		return
	}
	n := 0
	for i := range key {
		if n >= leastBeginning {
			t.add(fieldNumber, key[:i])
		}
		if n++; n > maxNumberBeginning {
			break
		}
	}
	t.add(fieldNumber, "="+key)
	t.add(fieldNumber, key)
}

// The lengths of the beginnings of numbers that are kept as tokens.
const (
	leastBeginning     = 2
	maxNumberBeginning = 24
)

// agencyMark stands in front of the code of an agency among the names of bodies.
const agencyMark = "@"

// describeChecklist returns one document a measure.
func describeChecklist(lexicon *words.Lexicon, r *hub.ChecklistRecord) []*document.Document {
	var docs []*document.Document
	for m := range r.Checklist.Measures() {
		t := &tokens{lexicon: lexicon}
		id := hub.MeasureID(r.ID, m.TaskNumber, m.Number)
		t.addRaw(fieldKind, hub.KindMeasure.String())
		t.addRaw(fieldPart, documentID(r.ID))
		// The measure and its task are its own words, as a title is a
		// person's; the headings above are shared by many.
		t.pairs(fieldTitle, words.FoldString(m.Measure.Text))
		t.pairs(fieldTitle, words.FoldString(m.Task.Text))
		t.text(m.Group.Name)
		t.text(m.Section.Name)
		t.text(m.Deadline.Printed)
		t.prose(m.Measure.Text)
		for _, a := range m.Agencies {
			t.body(a.Printed)
			t.add(fieldBody, agencyMark+a.AgencyCode)
		}
		number := strconv.Itoa(m.TaskNumber) + "." + strconv.Itoa(m.Number)
		t.add(fieldNumber, "="+number)
		docs = append(docs, t.document(id))
	}
	return docs
}
