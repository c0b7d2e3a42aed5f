package index

import (
	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/mapping"
	bindex "github.com/blevesearch/bleve_index_api"
)

// field is one field of the bleve index. All of them hold ready-made tokens: how
// text becomes tokens is decided in documents.go alone, and a query looks tokens
// up as they are.
type field uint8

// The fields.
const (
	fieldKind      field = iota // hub.Kind in letters
	fieldLife                   // timeline and last day, see life.go
	fieldDistrict               // facts, as the filter and the facets know them
	fieldLevel                  //
	fieldSource                 //
	fieldSpecialty              // labels as they stand in the record
	fieldCourt                  //
	fieldOrgKind                //
	fieldPart                   // organisation of a mediator or a listing, checklist of a measure; 8 bytes
	fieldFirst                  // first specialty, canonical
	fieldAny                    // every specialty, canonical
	fieldWider                  // what is wider than the specialties; with ^ in front than the first one
	fieldResume                 // specialties that the texts speak of
	fieldName                   // the whole name
	fieldNamePart               // 1–4 characters of it; with ^ in front where the name begins with them
	fieldPinyin                 // full pinyin and that of the given name
	fieldInitials               // initials
	fieldPinyinTop              // beginnings of all three
	fieldBody                   // whole name of an organisation, employer or invited body; code of an agency
	fieldBodyPart               // pairs of characters of it
	fieldTitle                  // titles, canonical with = in front, and pairs of characters of what is printed
	fieldText                   // pairs of characters of everything else that is public
	fieldNumber                 // registration, certificate and credit numbers, and all their beginnings
	fieldComplete               // "pinyin\x1fname", for completion
	fieldServes                 // districts that an expert serves beside the own
	numFields
)

var fieldNames = [numFields]string{
	fieldKind: "kind", fieldLife: "life", fieldDistrict: "district", fieldLevel: "level",
	fieldSource: "source", fieldSpecialty: "specialty", fieldCourt: "court", fieldOrgKind: "orgkind",
	fieldPart: "part", fieldFirst: "first", fieldAny: "any", fieldWider: "wider", fieldResume: "resume",
	fieldName: "name", fieldNamePart: "namepart", fieldPinyin: "pinyin", fieldInitials: "initials",
	fieldPinyinTop: "pinyintop", fieldBody: "body", fieldBodyPart: "bodypart", fieldTitle: "title",
	fieldText: "text", fieldNumber: "number", fieldComplete: "complete", fieldServes: "serves",
}

// options returns how bleve keeps f. Nothing is stored and no frequencies are
// kept: our scores do not use them. The facts have doc values, so that bleve's
// own facets work on this index too; the search itself counts by columns.
func (f field) options() bindex.FieldIndexingOptions {
	o := bindex.IndexField | bindex.SkipFreqNorm
	switch f {
	case fieldKind, fieldDistrict, fieldLevel, fieldSource, fieldSpecialty:
		o |= bindex.DocValues
	}
	return o
}

// newMapping describes the fields to bleve, for queries made with bleve's own
// means. Documents come ready-made and do not pass through it.
func newMapping() mapping.IndexMapping {
	m := bleve.NewIndexMapping()
	m.DefaultAnalyzer = keyword.Name
	m.DefaultMapping = bleve.NewDocumentStaticMapping()
	for f := range numFields {
		fm := bleve.NewKeywordFieldMapping()
		fm.Store = false
		fm.IncludeTermVectors = false
		fm.IncludeInAll = false
		fm.SkipFreqNorm = true
		fm.DocValues = f.options().IncludeDocValues()
		m.DefaultMapping.AddFieldMappingsAt(fieldNames[f], fm)
	}
	return m
}
