package hub

// Person 自然人 is a human being, once, however many rosters list her or him.
// A listing carries the name as its owner printed it; what belongs to the human
// being stands here.
type Person struct {
	ID         ID     `cbor:"1,keyasint" share:"PUBLIC"`
	Name       string `cbor:"2,keyasint" share:"PUBLIC"`
	Gender     Gender `cbor:"3,keyasint,omitempty" share:"PUBLIC"`
	BirthDate  Date   `cbor:"4,keyasint,omitempty" share:"SOURCE_ONLY"`
	BirthMonth string `cbor:"5,keyasint,omitempty" share:"CONDITIONAL,profile"` // 2006-01
	// Identity is what is kept of an identity number: never the number.
	Identity       Sealed   `cbor:"6,keyasint,omitempty" share:"SOURCE_ONLY"`
	Ethnicity      string   `cbor:"7,keyasint,omitempty" share:"SOURCE_ONLY"`         // GB/T 3304 code
	Political      string   `cbor:"8,keyasint,omitempty" share:"SOURCE_ONLY"`         // GB/T 4762 code
	Education      string   `cbor:"9,keyasint,omitempty" share:"CONDITIONAL,profile"` // GB/T 4658 code, or as printed
	Employer       string   `cbor:"10,keyasint,omitempty" share:"CONDITIONAL,profile"`
	Post           string   `cbor:"11,keyasint,omitempty" share:"CONDITIONAL,profile"` // 职务/职称
	Mobile         string   `cbor:"12,keyasint,omitempty" share:"CONDITIONAL,contact"`
	Languages      []string `cbor:"13,keyasint,omitempty" share:"PUBLIC"`
	Qualifications []string `cbor:"14,keyasint,omitempty" share:"CONDITIONAL,profile"` // 资格证书及编号, as printed
	// MergedInto is the person who this one turned out to be, Absorbed whoever
	// turned out to be this one: see merge.go.
	MergedInto      ID     `cbor:"15,keyasint,omitempty" share:"PUBLIC" names:"kept"`
	Absorbed        []ID   `cbor:"16,keyasint,omitempty" share:"PUBLIC" names:"kept"`
	MergeDocumentNo string `cbor:"17,keyasint,omitempty" share:"PUBLIC"` // of the check, on the one that was merged
}

// Sealed is an identity number as it is kept at rest: a keyed hash, by which
// equal numbers are recognised, and the number encrypted. Both are made by a
// [Vault]; neither is ever indexed, logged or shared.
type Sealed struct {
	Hash   string `cbor:"1,keyasint,omitempty"`
	Cipher []byte `cbor:"2,keyasint,omitempty"`
}

// Vault keeps identity numbers under one key. Hash is deterministic; Seal need not
// be, but for its hash. Open undoes Seal, and fails under another key. Mark names
// the key without telling anything of it.
type Vault interface {
	Hash(id CitizenID) string
	Seal(id CitizenID) (Sealed, error)
	Open(s Sealed) (CitizenID, error)
	Mark() string
}

// RecordID returns the id.
func (p *Person) RecordID() ID { return p.ID }

// Facts returns only the identity key: persons are reached through listings and
// never listed themselves.
func (p *Person) Facts() Facts {
	var f Facts
	if p.Identity.Hash != "" {
		f.Keys = []Key{{KeyIdentity, p.Identity.Hash, true}}
	}
	return f
}
