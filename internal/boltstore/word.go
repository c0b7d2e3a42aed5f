package boltstore

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"

	bolt "go.etcd.io/bbolt"

	"concord/internal/hub"
)

// word holds the facts of one listed record in fixed size; what varies in
// length stands in the values and texts beside it: first the specialties, then
// the steps of the timeline (day and status), and the registration number.
type word struct {
	organization hub.ID
	termEnd      int32
	from         uint32 // first of its values
	text         uint32 // first byte of its registration number
	street       uint32
	district     uint16
	court        uint16
	level        uint16
	source       uint16
	orgKind      uint16
	employment   uint16
	specialties  uint16
	steps        uint16
	number       uint16 // bytes of the registration number
	listed       bool   // false: a record that stands in no list
}

// limits of what a word can hold; far beyond any real record.
const (
	mostParts     = math.MaxUint16
	mostKeyBytes  = 4096 // of a sort key or a natural key
	mostEntrySize = 64 << 20
)

// row is a word with what belongs to it. The slices are shared.
type row struct {
	word    *word
	labels  []label // specialties
	steps   []uint32
	number  []byte // registration number
	sortKey []byte // only of rows read from the version bucket
}

// status returns the label of the status on a day, as [hub.Timeline.On] does.
func (r *row) status(on int32) label {
	var s label
	for i := 0; i+1 < len(r.steps); i += 2 {
		if int32(r.steps[i]) > on {
			break
		}
		s = r.steps[i+1]
	}
	return s
}

// packed is a row that owns what it points to.
type packed struct {
	word    word
	values  []uint32
	number  []byte
	sortKey []byte
}

func (p *packed) row() row {
	n := int(p.word.specialties)
	return row{word: &p.word, labels: p.values[:n], steps: p.values[n:], number: p.number, sortKey: p.sortKey}
}

// pack turns facts into a row. New words get numbers in bucket.
func (l *labels) pack(bucket *bolt.Bucket, f *hub.Facts, sortKey []byte) (*packed, error) {
	if !f.Listed() {
		return &packed{}, nil
	}
	p := &packed{
		values:  make([]uint32, 0, len(f.Specialties)+2*len(f.Timeline)),
		number:  []byte(f.RegistrationNo),
		sortKey: sortKey,
		word: word{
			organization: f.Organization,
			termEnd:      int32(f.TermEnd),
			number:       uint16(len(f.RegistrationNo)),
			steps:        uint16(len(f.Timeline)),
			listed:       true,
		},
	}
	for _, one := range []struct {
		to   *uint16
		dim  dimension
		text string
	}{
		{&p.word.district, dimDistrict, f.District},
		{&p.word.court, dimCourt, f.Court},
		{&p.word.level, dimLevel, string(f.Level)},
		{&p.word.source, dimSource, string(f.Source)},
		{&p.word.orgKind, dimOrgKind, string(f.OrgKind)},
		{&p.word.employment, dimEmployment, string(f.Employment)},
	} {
		n, err := l.number(bucket, one.dim, one.text)
		if err != nil {
			return nil, err
		}
		*one.to = uint16(n)
	}
	street, err := l.number(bucket, dimStreet, f.Street)
	if err != nil {
		return nil, err
	}
	p.word.street = street
next:
	for _, text := range f.Specialties {
		n, err := l.number(bucket, dimSpecialty, text)
		if err != nil {
			return nil, err
		}
		for _, have := range p.values {
			if have == n {
				continue next
			}
		}
		p.values = append(p.values, n)
	}
	p.word.specialties = uint16(len(p.values))
	for _, step := range f.Timeline {
		n, err := l.number(bucket, dimStatus, string(step.Status))
		if err != nil {
			return nil, err
		}
		p.values = append(p.values, uint32(step.From), n)
	}
	return p, nil
}

// packable checks what pack and the views rely on.
func packable(f *hub.Facts, sortKey []byte) error {
	if f.Listed() && f.RegistrationNo != "" && !slices.ContainsFunc(f.Keys, func(k hub.Key) bool {
		return k.Name == hub.KeyRegistrationNo && k.Value == f.RegistrationNo
	}) {
		return hub.Internal("Apply", errors.New("the order of registration numbers walks along their keys, and this record has no such key"))
	}
	switch {
	case len(f.RegistrationNo) > mostKeyBytes:
		return hub.Invalid("registrationNo", "编号过长，最多 %d 个字节。请核对后重新填写。", mostKeyBytes)
	case len(sortKey) > mostKeyBytes:
		return hub.Invalid("name", "名称过长。请核对后重新填写。")
	case len(f.Specialties) > mostParts:
		return hub.Invalid("specialties", "擅长领域过多。请核对后重新填写。")
	case len(f.Timeline) > mostParts:
		return hub.Invalid("terms", "聘期或状态变动过多。请核对后重新填写。")
	}
	for _, k := range f.Keys {
		if len(k.Value) > mostKeyBytes {
			return hub.Invalid("", "用于查找的内容过长，最多 %d 个字节：“%s”。请核对后重新填写。", mostKeyBytes, hub.Shorten(k.Value))
		}
	}
	return nil
}

// The value of a version is empty for a record that stands in no list, else:
// district, court, level, source, kind, employment, street, organisation, term end (zigzag), number
// of specialties and they, number of steps and they (day zigzag, status),
// length of the registration number and it, all numbers uvarint; then the sort
// key to the end.
func (p *packed) appendTo(b []byte) []byte {
	w := &p.word
	if !w.listed {
		return b
	}
	for _, n := range [...]uint64{uint64(w.district), uint64(w.court), uint64(w.level), uint64(w.source), uint64(w.orgKind), uint64(w.employment), uint64(w.street), uint64(w.organization)} {
		b = binary.AppendUvarint(b, n)
	}
	b = binary.AppendVarint(b, int64(w.termEnd))
	b = binary.AppendUvarint(b, uint64(w.specialties))
	for _, n := range p.values[:w.specialties] {
		b = binary.AppendUvarint(b, uint64(n))
	}
	b = binary.AppendUvarint(b, uint64(w.steps))
	for i := int(w.specialties); i < len(p.values); i += 2 {
		b = binary.AppendVarint(b, int64(int32(p.values[i])))
		b = binary.AppendUvarint(b, uint64(p.values[i+1]))
	}
	b = binary.AppendUvarint(b, uint64(len(p.number)))
	b = append(b, p.number...)
	return append(b, p.sortKey...)
}

var errVersion = errors.New("version entry is damaged")

// read fills p from the value of a version. number and sortKey point into b.
func (p *packed) read(b []byte) error {
	*p = packed{values: p.values[:0]}
	if len(b) == 0 {
		return nil
	}
	bad := false
	next := func(most uint64) uint64 {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > most {
			bad = true
			return 0
		}
		b = b[size:]
		return n
	}
	signed := func() int32 {
		n, size := binary.Varint(b)
		if size <= 0 || n != int64(int32(n)) {
			bad = true
			return 0
		}
		b = b[size:]
		return int32(n)
	}
	w := &p.word
	w.listed = true
	w.district = uint16(next(math.MaxUint16))
	w.court = uint16(next(math.MaxUint16))
	w.level = uint16(next(math.MaxUint16))
	w.source = uint16(next(math.MaxUint16))
	w.orgKind = uint16(next(math.MaxUint16))
	w.employment = uint16(next(math.MaxUint16))
	w.street = uint32(next(math.MaxUint32))
	w.organization = hub.ID(next(math.MaxUint64))
	w.termEnd = signed()
	w.specialties = uint16(next(mostParts))
	for range w.specialties {
		p.values = append(p.values, uint32(next(math.MaxUint32)))
	}
	w.steps = uint16(next(mostParts))
	for range w.steps {
		p.values = append(p.values, uint32(signed()), uint32(next(math.MaxUint32)))
	}
	size := next(mostKeyBytes)
	if bad || size > uint64(len(b)) {
		return errVersion
	}
	w.number = uint16(size)
	p.number, p.sortKey = b[:size], b[size:]
	return nil
}
