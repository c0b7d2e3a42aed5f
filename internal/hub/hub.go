// Package hub is the domain of Concord: the people and bodies that resolve
// labour disputes in a city, the rosters that list them, and the rules by which
// those rosters are kept and shared.
//
// It imports the standard library only. Whatever is about bytes on disk, words
// and ranking, GraphQL or sheets lives elsewhere and meets the domain through
// two small interfaces: [Store], which orders and keeps changes, and [Searcher],
// which finds records by words. [Hub] holds the use cases.
//
// Two times are kept apart everywhere. Recorded time is a [Revision]: when the
// hub learned something. Valid time is a [Date]: when it was so. Nothing is ever
// deleted; a wrong entry is corrected by a later change.
package hub
