package hub

// Record is one thing that the change log keeps under an [ID]. Records are
// plain values: whoever holds one may not alter it, but makes a copy.
//
// Field tags: `cbor` numbers are the storage format (never renumber, only
// append); `share` is the field's sharing class, see [Class].
type Record interface {
	RecordID() ID
	// Facts returns what lists, counts and look-ups need to know of the
	// record, derived from it alone.
	Facts() Facts
}

// Facts are the properties by which a record is ordered, filtered, counted and
// looked up. The zero Facts belong to a record that is only reachable by id.
type Facts struct {
	Name           string           // as listed; orders lists in pinyin order
	RegistrationNo string           // unique in its kind, "" when none
	Level          Level            //
	District       string           // GB/T 2260 code; the city's own code for city level without a district
	Source         SourceCategory   //
	Specialties    []string         // labels, first one first
	Organization   ID               // the organisation a mediator belongs to, or the invited organisation's; the one above an organisation
	Court          string           // court code of an invited listing
	OrgKind        OrganizationKind //
	Employment     Employment       // of a mediator
	Street         string           // see [StreetKey]
	Timeline       Timeline         // status by date
	TermEnd        Date             // last day of the latest term; 0 when open or none
	Keys           []Key            // natural keys for look-up
}

// KeyName names a natural key.
type KeyName uint8

// The natural keys. Numbers are part of the storage format.
const (
	KeyRegistrationNo KeyName = iota + 1 // of any roster kind
	KeyCreditCode                        // of an organisation; a host's code may be shared by several
	KeyCertificateNo                     // of a mediator or an invited listing
	KeyIdentity                          // keyed hash of a person's identity number
	KeyPerson                            // person id, under which every listing of that person is found
	KeySecret                            // public part of a key, a link that sets a password, a session
	KeyTitle                             // of a checklist
	KeyBody                              // organisation's name, and that of an invited one
	KeyReceipt                           // hash of a caller and an idempotency key
	KeyRecipient                         // of a notice
	KeySender                            // of a notice; who uploaded a sheet
	KeyMeasure                           // measure id, under which its progress notes are found
	KeyParty                             // code of the agency that an agreement or an access is of
	KeyAbout                             // record id, under which what is said against it is found
	KeyAccountName                       // by which somebody signs in
	KeySubject                           // by which an identity provider names an account's holder
	KeyHolder                            // account id, under which its sessions are found
	KeyMechanism                         // of a mechanism: the id of what it is about, or district/street; of a window: who is behind it
	KeyWord                              // an everyday word, folded
)

// Key is one natural key of a record.
type Key struct {
	Name   KeyName
	Value  string
	Unique bool // in its kind: a second record with the same value is refused
}

// Listed reports whether records with these facts stand in ordered lists.
func (f *Facts) Listed() bool { return f.Name != "" }
