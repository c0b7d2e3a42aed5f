package boltstore

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/fxamacker/cbor/v2"

	"concord/internal/hub"
)

// records is the one place that says of which Go type the records of a kind
// are. Kinds are part of the storage format, see [hub.Kind].
var records = [...]func() hub.Record{
	hub.KindPerson:         func() hub.Record { return new(hub.Person) },
	hub.KindMediator:       func() hub.Record { return new(hub.Mediator) },
	hub.KindOrganization:   func() hub.Record { return new(hub.Organization) },
	hub.KindExpert:         func() hub.Record { return new(hub.Expert) },
	hub.KindInvitedListing: func() hub.Record { return new(hub.InvitedListing) },
	hub.KindChecklist:      func() hub.Record { return new(hub.ChecklistRecord) },
	hub.KindKey:            func() hub.Record { return new(hub.APIKey) },
	hub.KindAdverseNotice:  func() hub.Record { return new(hub.AdverseNotice) },
	hub.KindReceipt:        func() hub.Record { return new(hub.Receipt) },
	hub.KindAttempt:        func() hub.Record { return new(hub.Attempt) },
	hub.KindProgressNote:   func() hub.Record { return new(hub.ProgressNote) },
	hub.KindAccount:        func() hub.Record { return new(hub.Account) },
	hub.KindSession:        func() hub.Record { return new(hub.Session) },
	hub.KindSheetJob:       func() hub.Record { return new(hub.SheetJob) },
	hub.KindAgreement:      func() hub.Record { return new(hub.Agreement) },
	hub.KindAccess:         func() hub.Record { return new(hub.Access) },
	hub.KindCorrection:     func() hub.Record { return new(hub.Correction) },
	hub.KindSecondment:     func() hub.Record { return new(hub.Secondment) },
	hub.KindSheetExport:    func() hub.Record { return new(hub.SheetExport) },
	hub.KindIdentityKey:    func() hub.Record { return new(hub.IdentityKey) },
	hub.KindArbitrator:     func() hub.Record { return new(hub.Arbitrator) },
	hub.KindLiaison:        func() hub.Record { return new(hub.LiaisonAssignment) },
	hub.KindTraining:       func() hub.Record { return new(hub.TrainingRecord) },
	hub.KindAward:          func() hub.Record { return new(hub.Award) },
	hub.KindStationing:     func() hub.Record { return new(hub.Stationing) },
	hub.KindEverydayWord:   func() hub.Record { return new(hub.SearchWord) },
	hub.KindRecommendation: func() hub.Record { return new(hub.Recommendation) },
}

// kinds is how many kinds a table by kind must have room for.
const kinds = len(records)

// storable reports whether records of a kind are kept on their own.
func storable(kind hub.Kind) bool { return int(kind) < kinds && records[kind] != nil }

// encoding is deterministic, so that equal records have equal bytes; decoding
// tolerates fields that it does not know and text that is no UTF-8, so that
// whatever was once accepted can be read.
var encoding, decoding = func() (cbor.EncMode, cbor.DecMode) {
	options := cbor.CoreDetEncOptions()
	options.Time = cbor.TimeRFC3339NanoUTC
	enc, err := options.EncMode()
	if err != nil {
		panic(err)
	}
	dec, err := cbor.DecOptions{
		UTF8:             cbor.UTF8DecodeInvalid,
		MaxArrayElements: 1 << 20,
		MaxMapPairs:      1 << 20,
	}.DecMode()
	if err != nil {
		panic(err)
	}
	return enc, dec
}()

// encodeRecord returns the bytes of a record, after checking that it is of the
// type that its id says.
func encodeRecord(record hub.Record) ([]byte, error) {
	id := record.RecordID()
	if id.Number() == 0 || !storable(id.Kind()) {
		return nil, fmt.Errorf("record has no usable id: %#x", uint64(id))
	}
	if want := reflect.TypeOf(records[id.Kind()]()); reflect.TypeOf(record) != want {
		return nil, fmt.Errorf("record %s is a %T, not a %s", id, record, want)
	}
	return encoding.Marshal(record)
}

func decodeRecord(id hub.ID, data []byte) (hub.Record, error) {
	if !storable(id.Kind()) {
		return nil, fmt.Errorf("record %#x is of an unknown kind", uint64(id))
	}
	record := records[id.Kind()]()
	if err := decoding.Unmarshal(data, record); err != nil {
		return nil, fmt.Errorf("record %s: %w", id, err)
	}
	if record.RecordID() != id {
		return nil, fmt.Errorf("record %s calls itself %s", id, record.RecordID())
	}
	return record, nil
}

// A log entry is what the log bucket holds under a revision:
//
//	hash      32  SHA-256 of the entry before's hash (for the first: that of the
//	              hub's name in meta), the revision and what follows
//	id         8
//	time       8  recorded time, nanoseconds since 1970, never before the entry before's
//	distance   4  how many revisions back the entry is that holds the origin; 0: this one
//	previous      revision of the record before, uvarint; 0 when this is its first
//	origin        length, uvarint, and CBOR; only when distance is 0
//	record        CBOR, to the end
//
// All puts of a batch share one origin, which only the first of them holds.
type entry []byte

const (
	hashSize       = sha256.Size
	entryID        = hashSize
	entryTime      = entryID + 8
	entryDistance  = entryTime + 8
	entryVariables = entryDistance + 4
)

var errEntry = errors.New("log entry is damaged")

// newEntry returns an entry that lacks time and hash, see [entry.seal].
func newEntry(id hub.ID, previous hub.Revision, distance int, origin, record []byte) entry {
	e := make(entry, entryVariables, entryVariables+2*binary.MaxVarintLen64+len(origin)+len(record))
	binary.BigEndian.PutUint64(e[entryID:], uint64(id))
	binary.BigEndian.PutUint32(e[entryDistance:], uint32(distance))
	e = binary.AppendUvarint(e, uint64(previous))
	if distance == 0 {
		e = binary.AppendUvarint(e, uint64(len(origin)))
		e = append(e, origin...)
	}
	return append(e, record...)
}

// seal fills in the recorded time and the hash and returns the hash.
func (e entry) seal(before [hashSize]byte, revision hub.Revision, at time.Time) [hashSize]byte {
	binary.BigEndian.PutUint64(e[entryTime:], uint64(at.UnixNano()))
	h := e.chain(before, revision)
	copy(e, h[:])
	return h
}

// chain returns the hash that the entry must have.
func (e entry) chain(before [hashSize]byte, revision hub.Revision) [hashSize]byte {
	h := sha256.New()
	h.Write(before[:])
	h.Write(revisionKey(revision))
	h.Write(e[hashSize:])
	return [hashSize]byte(h.Sum(nil))
}

func (e entry) hash() [hashSize]byte { return [hashSize]byte(e[:hashSize]) }
func (e entry) id() hub.ID           { return hub.ID(binary.BigEndian.Uint64(e[entryID:])) }
func (e entry) nanos() int64         { return int64(binary.BigEndian.Uint64(e[entryTime:])) }
func (e entry) time() time.Time      { return time.Unix(0, e.nanos()).UTC() }
func (e entry) distance() hub.Revision {
	return hub.Revision(binary.BigEndian.Uint32(e[entryDistance:]))
}

// open takes the variable part apart. The results point into e.
func (e entry) open() (previous hub.Revision, origin, record []byte, err error) {
	if len(e) < entryVariables {
		return 0, nil, nil, errEntry
	}
	rest := []byte(e[entryVariables:])
	p, n := binary.Uvarint(rest)
	if n <= 0 {
		return 0, nil, nil, errEntry
	}
	rest = rest[n:]
	if e.distance() == 0 {
		size, n := binary.Uvarint(rest)
		if n <= 0 || size > uint64(len(rest)-n) {
			return 0, nil, nil, errEntry
		}
		origin, rest = rest[n:n+int(size)], rest[n+int(size):]
	}
	return hub.Revision(p), origin, rest, nil
}

// revisionKey is a revision as a key: big endian, so that keys sort as numbers.
func revisionKey(r hub.Revision) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(r))
}

func encodeOrigin(o hub.Origin) ([]byte, error) { return encoding.Marshal(o) }

func decodeOrigin(data []byte) (o hub.Origin, err error) {
	err = decoding.Unmarshal(data, &o)
	return o, err
}
