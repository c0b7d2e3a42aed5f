// Package index finds records by words: a full-text index on bleve for Chinese
// names, pinyin, specialties, everyday words, organisations and texts.
//
// bleve does what it is good at: it keeps the segments, merges them and makes
// them durable. What somebody typed is understood by package words, and looked
// up by an evaluator of our own on the bitmaps of bleve's segments, which knows
// no statistics: a score says how exactly a record matches, whatever else is in
// the index.
//
// The index follows the change log of a hub.Store and knows up to which revision
// it has applied it. It is disposable: everything in it can be made again from
// the store, which is done whenever it is missing, damaged, of another format or
// ahead of the store. It holds no records: answers are ids.
//
// Only fields of sharing class PUBLIC go in.
//
// How a search goes: words.Lexicon.Read takes the query apart; understand.go
// makes plans of it, the most literal first; evaluate.go runs a plan on every
// segment of the current view, block by block; page.go keeps the best. How the index stays right:
// follow.go applies the log, and a stamp within the index says up to which
// revision; view.go publishes one consistent state after the other, with the words
// that go with it (speech.go).
package index
