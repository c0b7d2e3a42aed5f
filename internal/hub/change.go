package hub

import (
	"fmt"
	"time"
)

// Change is one entry of the log: at this revision, this record became this.
type Change struct {
	Revision Revision
	At       time.Time // recorded time, UTC
	Origin             // who, on whose authority, why
	Record   Record    // the state after
	Previous Revision  // of the same record; 0 when the change created it
}

// Origin says where a change came from.
type Origin struct {
	Actor     string `cbor:"1,keyasint,omitempty"` // principal id, such as key_3 or cli
	Authority string `cbor:"2,keyasint,omitempty"` // the body on whose behalf, such as 120112 or HRSS
	Reason    string `cbor:"3,keyasint,omitempty"` // 变更原因 or document
	ImportID  string `cbor:"4,keyasint,omitempty"` // the import that brought it, "" for a single edit
}

// Version is one state of a record and the revision that brought it. The zero
// Version stands for a record that does not (yet) exist.
type Version struct {
	Record   Record
	Revision Revision
	At       time.Time
}

// Put is one intended change within a [Batch].
type Put struct {
	Record Record
	// Expected is the revision that the writer believes to be the record's
	// newest: 0 for a record that does not exist yet.
	Expected Revision
}

// Batch is what is applied as a whole or not at all. A record may stand in it
// once. A unique key may pass from one record to another within it.
type Batch struct {
	Origin
	At   time.Time // recorded time; the store raises it when it would run backwards
	Puts []Put
	// Given says that nobody will alter the records any more, so that the store may
	// hand them to readers as they are. It copies them otherwise.
	Given bool
}

// Clash is the cause of a CONFLICT: what stands in the way of a put.
type Clash struct {
	Put int // its place in the batch
	// Current is the record as it now is, the zero Version when it does not
	// exist; when Key is set, the record that has the key.
	Current Version
	Key     *Key // the unique key that is taken; nil for a lost race
}

// Error says it for operators. It shows no key: keys may be secrets.
func (c *Clash) Error() string {
	what := "lost race"
	if c.Key != nil {
		what = fmt.Sprintf("unique key %d is taken", c.Key.Name)
	}
	return fmt.Sprintf("%s: put %d, current revision %d", what, c.Put, c.Current.Revision)
}
