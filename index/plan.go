package index

import (
	"cmp"
	"slices"
)

// plan is what to look up, and what each find is worth. It belongs to one query
// and knows nothing of segments.
type plan struct {
	terms []term
	// need is how many of the terms a record must match.
	need int
	// extras move records up that match anyway; nobody is found by them alone.
	extras []term
	// relaxed says that this is not what was typed.
	relaxed bool
}

// term is one thing asked for: alternatives of which the best counts in full and
// every further one a tenth.
type term struct {
	clauses []clause // by falling weight
}

// clause matches the records that hold all its tokens.
type clause struct {
	all    []token
	weight int32  // in thousandths of a point
	text   string // the folded text that several tokens were made of, for showing where it is
}

// token is a token in a field, as documents.go makes them.
type token struct {
	field field
	text  string
}

// point is the unit of the weights, so that the table below reads as in the
// design.
const point = 1000

// The weights of what can match, in thousandths. They are the ranking. What was
// asked for in full is worth about 20 points whatever it is, what serves well
// about 12, what is better than nothing up to 3: so a record that serves two
// terms well comes before one that has the one in full and hardly the other.
const (
	weightName       = 24 * point // the whole name
	weightNumber     = 24 * point // a number in full
	weightBody       = 22 * point // the whole name of an organisation
	weightPinyin     = 22 * point // the whole name as it sounds
	weightInitials   = 20 * point // all initials
	weightFirst      = 20 * point // first specialty
	weightDistrict   = 20 * point //
	weightLevel      = 20 * point //
	weightCourt      = 20 * point //
	weightSource     = 20 * point //
	weightOrgKind    = 20 * point //
	weightTitle      = 20 * point // a title
	weightNameTop    = 13 * point // how a name begins
	weightNamePart   = 12 * point // a part of a name
	weightGiven      = 12 * point // the given name as it sounds, or whole syllables from the front
	weightAny        = 12 * point // any other specialty
	weightServes     = 12 * point // a district that an expert serves beside the own
	weightFirstBelow = 11 * point // first specialty, narrower than the one asked for
	weightNumberTop  = 10 * point // how a number begins
	weightBodyPart   = 10 * point // part of the name of an organisation, when nothing else was meant
	weightNameSpread = 4 * point  // the characters of a name with another between them
	weightPinyinTop  = 4 * point  // how a name begins as it sounds, in letters
	weightAnyBelow   = 3 * point  // any other specialty that is narrower
	weightAbove      = 3 * point  // a specialty wider than the one asked for
	weightTitlePart  = 3 * point  //
	weightResume     = 2500       // the texts speak of a specialty
	weightMentioned  = 2 * point  // a body or a text has the word of something else
	weightText       = 8 * point  // the texts have the word, when nothing else was meant
	everydayFactor   = 0.95       // a specialty by an everyday word
)

// add adds a clause.
func (t *term) add(weight int32, all ...token) {
	if len(all) > 0 && weight > 0 {
		t.clauses = append(t.clauses, clause{all: all, weight: weight})
	}
}

// addText adds a clause of the tokens that were made of one text.
func (t *term) addText(weight int32, text string, all []token) {
	if len(all) > 0 && weight > 0 {
		t.clauses = append(t.clauses, clause{all, weight, text})
	}
}

// sort brings the clauses into the order that scoring relies on.
func (t *term) sort() {
	slices.SortStableFunc(t.clauses, func(a, b clause) int { return cmp.Compare(b.weight, a.weight) })
}
