package hub

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Vocabulary is the language of the field as data: the specialties in which
// mediators and experts are listed, the words by which ordinary people, court
// staff and sheets mean them, and the words around them. Searching reads it to
// understand what somebody typed; it lives in seeds/vocabulary.json, and is what
// every hub begins with. Words that a city adds or takes away are records, see
// [SearchWord].
//
// Words stand as people write them, in simplified characters. Matching is on
// folded text (half width, lower case, simplified), so a reader folds the words
// by its own rules first. Labels, formal names, everyday words and fillers share
// one space: no word stands twice there. A Vocabulary never changes once loaded
// and may be used by many goroutines.
type Vocabulary struct {
	Specialties []SpecialtyTerm `json:"specialties"`
	Everyday    []EverydayWord  `json:"everyday"`
	Patterns    []WordPattern   `json:"patterns"`
	// Fillers are words of spoken sentences that do not help to find anybody
	// (怎么办, 我想找, 专家). They are noise only beside something else: a name
	// may hold them (王和), and a query of nothing but fillers is taken as typed.
	Fillers    []string       `json:"fillers"`
	Titles     []TitleTerm    `json:"titles"`
	Categories []CategoryWord `json:"categories"`
	Places     []PlaceWord    `json:"places"`
	Levels     []LevelWord    `json:"levels"`

	// alternatives holds every word of every pattern under its first character,
	// long words first; made by LoadVocabulary.
	alternatives map[rune][]alternative
}

// SpecialtyTerm is a specialty (擅长领域) and the names that mean exactly it.
type SpecialtyTerm struct {
	Label   string `json:"label"`   // the canonical word on rosters, such as 劳动报酬
	English string `json:"english"` // for the API's description
	// Parent is the label of the wider specialty, "" when there is none. Who
	// asks for the wider one means the narrower ones too; who asks for a
	// narrower one is second-best served by the wider one.
	Parent string `json:"parent,omitempty"`
	// Causes are codes of SPC-2025 (法〔2025〕226号, in force from 2026-01-01).
	// A code stands for its sub-codes too; the first is the closest.
	Causes []string `json:"causes"`
	// Art2 are the heads of 劳动争议调解仲裁法 Art. 2 under which the specialty
	// falls, by their number there (1–6); the first is the closest.
	Art2 []int `json:"art2"`
	// Formal are other names of the same thing, without the closing 纠纷 that
	// names of causes carry: 追索劳动报酬, 工资支付.
	Formal []string `json:"formal,omitempty"`
}

// EverydayWord is a word by which people mean one or more specialties without
// naming them: 欠薪, 炒鱿鱼, 没交社保.
type EverydayWord struct {
	Word string `json:"word"`
	// Specialties are labels: first what the word means, then what a person
	// who says it is next best served by.
	Specialties []string `json:"specialties"`
	// Causes are given where the word means other causes than its first
	// specialty does: 加班费 is 205-5, whereas 工作时间 is 205.
	Causes []string `json:"causes,omitempty"`
	// Weight says how surely the word means its first specialty, above 0 to 1;
	// 0 in the file means 1. A word below 0.5 (工地, 合同) is only a hint: it may
	// move records up, and must not exclude any while a surer word stands
	// beside it.
	Weight float64 `json:"weight,omitempty"`
}

// WordPattern finds a meaning that people split over a sentence in countless
// ways: 公司一直没给我们交过保险. It matches a folded text when one alternative of
// every group of All stands in it, the groups in their order and not
// overlapping, anything between them, all within Within characters, and no end
// of a sentence (。！？；!?; or a line break) between the first and the last.
// See [Vocabulary.MatchPatterns].
type WordPattern struct {
	All         [][]string `json:"all"`         // 2 to 8 groups of alternatives
	Within      int        `json:"within"`      // characters from the first part's first to the last part's last
	Specialties []string   `json:"specialties"` // as in EverydayWord
	Causes      []string   `json:"causes,omitempty"`
	Weight      float64    `json:"weight,omitempty"` // as in EverydayWord
}

// TitleTerm is a professional title and other ways to write it.
type TitleTerm struct {
	Title string   `json:"title"`
	Also  []string `json:"also,omitempty"`
}

// CategoryWord is a word for the profession somebody comes from: 老法官.
type CategoryWord struct {
	Word     string         `json:"word"`
	Category SourceCategory `json:"category"`
}

// PlaceWord is a place by which people name the district it lies in: 塘沽, 杨村.
// The districts' own names and short forms are among the regions, not here.
type PlaceWord struct {
	Word     string `json:"word"`
	District string `json:"district"` // GB/T 2260
}

// LevelWord is a word for one of the two levels of a roster: 市级专家.
type LevelWord struct {
	Word  string `json:"word"`
	Level Level  `json:"level"`
}

// LoadVocabulary reads vocabulary.json from fsys (the seeds) and checks it:
// every word stands once, every target is known, nothing is empty, every
// pattern can match. It fails with all that is wrong, as one error of Chinese
// sentences that name the entry and say what to do; a missing file is an error
// for which errors.Is(err, fs.ErrNotExist) holds.
func LoadVocabulary(fsys fs.FS) (*Vocabulary, error) {
	data, err := fs.ReadFile(fsys, "vocabulary.json")
	if err != nil {
		return nil, fmt.Errorf("读取词表 vocabulary.json 失败：%w", err)
	}
	v := new(Vocabulary)
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return nil, fmt.Errorf("词表 vocabulary.json 不是所要求的 JSON，请改正后再用：%w", err)
	}
	if err := v.check(); err != nil {
		return nil, err
	}
	for i := range v.Everyday {
		v.Everyday[i].Weight = orOne(v.Everyday[i].Weight)
	}
	for i := range v.Patterns {
		v.Patterns[i].Weight = orOne(v.Patterns[i].Weight)
	}
	v.compile()
	return v, nil
}

func orOne(weight float64) float64 {
	if weight == 0 {
		return 1
	}
	return weight
}

// PatternMatch is where a pattern was found.
type PatternMatch struct {
	Pattern *WordPattern
	// Parts are the places of the alternatives that were found, one a group,
	// as byte offsets of the folded text: start inclusive, end exclusive.
	Parts [][2]int
}

// Start is the byte offset at which the match begins.
func (m PatternMatch) Start() int { return m.Parts[0][0] }

// End is the byte offset behind the match.
func (m PatternMatch) End() int { return m.Parts[len(m.Parts)-1][1] }

// MatchPatterns returns the patterns that match the folded text, in the order of
// the vocabulary, each once: at the place where it spans the fewest characters,
// the first of equals, with the longest word there as its first part. Text must
// be folded; blanks count as characters.
func (v *Vocabulary) MatchPatterns(folded string) []PatternMatch {
	var found []occurrence
	missing := make([]uint64, len(v.Patterns)) // by pattern, a bit for every group not yet seen
	for i := range v.Patterns {
		missing[i] = 1<<len(v.Patterns[i].All) - 1
	}
	position, sentence := 0, 0
	for offset, r := range folded {
		for _, a := range v.alternatives[r] {
			if !strings.HasPrefix(folded[offset:], a.text) {
				continue
			}
			for _, place := range a.places {
				missing[place.pattern] &^= 1 << place.group
				found = append(found, occurrence{
					place: place, sentence: sentence,
					start: offset, end: offset + len(a.text),
					first: position, last: position + a.length,
				})
			}
		}
		if strings.ContainsRune(sentenceEnds, r) {
			sentence++
		}
		position++
	}
	var matches []PatternMatch
	var own []occurrence
	for i := range v.Patterns {
		if missing[i] != 0 {
			continue
		}
		own = own[:0]
		for _, o := range found {
			if o.place.pattern == i {
				own = append(own, o)
			}
		}
		if parts := v.Patterns[i].match(own); parts != nil {
			matches = append(matches, PatternMatch{Pattern: &v.Patterns[i], Parts: parts})
		}
	}
	return matches
}

const sentenceEnds = "。！？；!?;\n"

// alternative is a word that stands in groups of patterns, ready to be looked up.
type alternative struct {
	text   string
	length int // in characters
	places []groupPlace
}

// groupPlace is a group of a pattern.
type groupPlace struct {
	pattern int
	group   int
}

// occurrence is a word of a group found in a text.
type occurrence struct {
	place       groupPlace
	sentence    int
	start, end  int // bytes
	first, last int // characters; last is exclusive
}

func (v *Vocabulary) compile() {
	places := map[string][]groupPlace{}
	for i, p := range v.Patterns {
		for g, group := range p.All {
			for _, text := range group {
				places[text] = append(places[text], groupPlace{i, g})
			}
		}
	}
	v.alternatives = map[rune][]alternative{}
	for text, at := range places {
		first, _ := utf8.DecodeRuneInString(text)
		v.alternatives[first] = append(v.alternatives[first], alternative{text, utf8.RuneCountInString(text), at})
	}
	for _, same := range v.alternatives {
		slices.SortFunc(same, func(a, b alternative) int { return b.length - a.length })
	}
}

// match returns the parts of the shortest match, nil when there is none; found
// holds the pattern's own occurrences. From a given beginning, taking for each
// group the occurrence that ends first leaves the most room for the rest, so no
// search is needed.
func (p *WordPattern) match(found []occurrence) [][2]int {
	var best [][2]int
	shortest := p.Within + 1
	parts := make([][2]int, len(p.All))
	for _, begin := range found {
		if begin.place.group != 0 {
			continue
		}
		last := begin
		parts[0] = [2]int{begin.start, begin.end}
		complete := true
		for g := 1; g < len(p.All) && complete; g++ {
			next, ok := endingFirst(found, g, last)
			if complete = ok; ok {
				last = next
				parts[g] = [2]int{next.start, next.end}
			}
		}
		if length := last.last - begin.first; complete && length < shortest {
			shortest = length
			best = append(best[:0], parts...)
		}
	}
	return best
}

// endingFirst returns the occurrence of the group that lies behind after, in the
// same sentence, and ends first.
func endingFirst(found []occurrence, group int, after occurrence) (occurrence, bool) {
	var best occurrence
	ok := false
	for _, o := range found {
		if o.place.group == group && o.sentence == after.sentence && o.start >= after.end && (!ok || o.end < best.end) {
			best, ok = o, true
		}
	}
	return best, ok
}

// maxWithin bounds a pattern's window: beyond it the parts of a sentence no
// longer belong together. maxGroups keeps a pattern readable.
const (
	maxWithin = 40
	maxGroups = 8
)

var (
	causeCode    = regexp.MustCompile(`^[1-9]\d{2}(-[1-9]\d?)?$`)
	districtCode = regexp.MustCompile(`^[1-9]\d{5}$`)
)

// check reports everything that is wrong with the vocabulary.
func (v *Vocabulary) check() error {
	c := vocabularyCheck{labels: map[string]bool{}}
	if len(v.Specialties) == 0 {
		c.fail("specialties", "", "一个专长也没有，请至少列出一个")
	}
	for _, s := range v.Specialties {
		c.labels[s.Label] = true
	}
	terms := wordSpace{}
	for _, s := range v.Specialties {
		c.word(terms, "specialties", s.Label)
		c.specialty(s)
		for _, f := range s.Formal {
			c.word(terms, "specialties", f)
		}
	}
	for _, e := range v.Everyday {
		c.word(terms, "everyday", e.Word)
		c.targets("everyday", e.Word, e.Specialties, e.Causes, e.Weight)
	}
	for _, f := range v.Fillers {
		c.word(terms, "fillers", f)
	}
	for _, p := range v.Patterns {
		c.pattern(p)
	}
	titles, categories, places, levels := wordSpace{}, wordSpace{}, wordSpace{}, wordSpace{}
	for _, t := range v.Titles {
		c.word(titles, "titles", t.Title)
		for _, also := range t.Also {
			c.word(titles, "titles", also)
		}
	}
	for _, w := range v.Categories {
		c.word(categories, "categories", w.Word)
		if !w.Category.Valid() {
			c.fail("categories", w.Word, "人员来源 %q 不在枚举 SourceCategory 中，请改成其中之一", w.Category)
		}
	}
	for _, w := range v.Places {
		c.word(places, "places", w.Word)
		if !districtCode.MatchString(w.District) {
			c.fail("places", w.Word, "区划代码 %q 不是六位数字，请按 GB/T 2260 填写", w.District)
		}
	}
	for _, w := range v.Levels {
		c.word(levels, "levels", w.Word)
		if !w.Level.Valid() {
			c.fail("levels", w.Word, "层级 %q 应为 CITY 或 DISTRICT", w.Level)
		}
	}
	return errors.Join(c.problems...)
}

// wordSpace holds, folded, the words of one space and the section of each.
type wordSpace map[string]string

// vocabularyCheck collects what is wrong.
type vocabularyCheck struct {
	labels   map[string]bool
	problems []error
}

func (c *vocabularyCheck) fail(section, word, format string, args ...any) {
	c.problems = append(c.problems, fmt.Errorf("词表 %s 的“%s”：%s", section, word, fmt.Sprintf(format, args...)))
}

// word checks the form of a word and that it is the only one in its space.
func (c *vocabularyCheck) word(space wordSpace, section, word string) {
	switch {
	case word == "":
		c.fail(section, word, "有一个空词，请删去")
		return
	case strings.ContainsFunc(word, unicode.IsSpace):
		c.fail(section, word, "词中不能有空白，请去掉")
	}
	key := strings.ToLower(word)
	if other, twice := space[key]; twice {
		c.fail(section, word, "已在 %s 中出现过，请只留一处", other)
	}
	space[key] = section
}

func (c *vocabularyCheck) specialty(s SpecialtyTerm) {
	const section = "specialties"
	if s.English == "" {
		c.fail(section, s.Label, "缺少英文名 english")
	}
	if s.Parent != "" && (!c.labels[s.Parent] || s.Parent == s.Label) {
		c.fail(section, s.Label, "上位专长 %q 不在 specialties 中，请先添加或改正", s.Parent)
	}
	if len(s.Causes) == 0 {
		c.fail(section, s.Label, "没有对应案由 causes，请填写 SPC-2025 的代码")
	}
	c.causes(section, s.Label, s.Causes)
	if len(s.Art2) == 0 {
		c.fail(section, s.Label, "没有对应的调解仲裁法第二条款项 art2，请填写 1 至 6")
	}
	for _, head := range s.Art2 {
		if head < 1 || head > 6 {
			c.fail(section, s.Label, "art2 的 %d 应在 1 至 6 之间", head)
		}
	}
}

// targets checks what a word or a pattern means.
func (c *vocabularyCheck) targets(section, word string, specialties, causes []string, weight float64) {
	if len(specialties) == 0 {
		c.fail(section, word, "没有指向任何专长，请填写 specialties")
	}
	seen := map[string]bool{}
	for _, label := range specialties {
		if !c.labels[label] {
			c.fail(section, word, "专长 %q 不在 specialties 中，请先添加或改正", label)
		}
		if seen[label] {
			c.fail(section, word, "专长 %q 写了两次，请删去一个", label)
		}
		seen[label] = true
	}
	c.causes(section, word, causes)
	if weight < 0 || weight > 1 {
		c.fail(section, word, "权重 %v 应大于 0 且不超过 1", weight)
	}
}

func (c *vocabularyCheck) causes(section, word string, codes []string) {
	for _, code := range codes {
		if !causeCode.MatchString(code) {
			c.fail(section, word, "案由代码 %q 的写法应如 205 或 205-5", code)
		}
	}
}

func (c *vocabularyCheck) pattern(p WordPattern) {
	const section = "patterns"
	name := p.String()
	c.targets(section, name, p.Specialties, p.Causes, p.Weight)
	if len(p.All) < 2 || len(p.All) > maxGroups {
		c.fail(section, name, "句式要有 2 至 %d 组词；只有一组时请写进 everyday", maxGroups)
	}
	needed := 0
	for _, group := range p.All {
		space := wordSpace{}
		shortest := 0
		for _, text := range group {
			c.word(space, section, text)
			if strings.ToLower(text) != text {
				c.fail(section, name, "%q 应写成小写", text)
			}
			if n := utf8.RuneCountInString(text); shortest == 0 || n < shortest {
				shortest = n
			}
		}
		if shortest == 0 {
			c.fail(section, name, "有一组词是空的，请填写或删去")
		}
		needed += shortest
	}
	if p.Within < needed || p.Within > maxWithin {
		c.fail(section, name, "within 为 %d，应在 %d（最短的一句）与 %d 之间", p.Within, needed, maxWithin)
	}
}

// String names the pattern by its first alternatives: 没…交…社保.
func (p WordPattern) String() string {
	var firsts []string
	for _, group := range p.All {
		if len(group) > 0 {
			firsts = append(firsts, group[0])
		}
	}
	return strings.Join(firsts, "…")
}
