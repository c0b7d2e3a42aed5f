package index

import (
	"context"
	"fmt"
	"hash/maphash"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/document"

	"concord/internal/hub"
)

// checkMost is how many differences [Index.Check] names.
const checkMost = 20

// Check compares the index with the store token by token: every record is
// described anew, and what the index holds of it must be exactly that. The error
// names what is missing, left over or different; nil means that both are the
// same. It takes about as long as building the index and 16 bytes a record; it
// is for tests and operators, with nothing written meanwhile.
func (x *Index) Check(ctx context.Context, snap hub.Snapshot) error {
	v, _ := x.acquire()
	if v == nil {
		return fmt.Errorf("the index holds no consistent state")
	}
	defer v.release()
	if v.revision != snap.Revision() {
		return fmt.Errorf("the index is at revision %d and the store at %d", v.revision, snap.Revision())
	}
	seed := maphash.MakeSeed()
	held, err := v.fingerprints(seed)
	if err != nil {
		return err
	}
	var wrong []string
	complain := func(format string, args ...any) {
		if len(wrong) < checkMost {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	names := bodies{}
	for _, kind := range indexedKinds {
		for version, err := range snap.All(0, kind) {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err != nil {
				return err
			}
			if o, ok := version.Record.(*hub.Organization); ok {
				names[o.ID] = o.Name
			}
			docs, err := describe(v.speech.lexicon, version.Record, names)
			if err != nil {
				return err
			}
			for _, d := range docs {
				id, err := recordID([]byte(d.ID()))
				if err != nil {
					return err
				}
				sum, there := held[id]
				delete(held, id)
				switch {
				case !there:
					complain("%s at revision %d is missing", id, version.Revision)
				case sum != fingerprintOf(seed, d):
					complain("%s is not as the store has it at revision %d", id, version.Revision)
				}
			}
		}
	}
	for id := range held {
		complain("%s is not in the store", id)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("index and store differ: %s", strings.Join(wrong, "; "))
	}
	return nil
}

// fingerprints sums up what the view holds of each record: the sum of a hash of
// every token, whatever their order.
func (v *view) fingerprints(seed maphash.Seed) (map[hub.ID]uint64, error) {
	all := map[hub.ID]uint64{}
	for _, p := range v.parts {
		sums := make([]uint64, p.size)
		for f := range numFields {
			err := eachTerm(p.segment, f, func(term string, docs *roaring.Bitmap) error {
				h := tokenHash(seed, f, term)
				each(docs, func(doc uint32) { sums[doc] += h })
				return nil
			})
			if err != nil {
				return nil, fmt.Errorf("field %s: %w", fieldNames[f], err)
			}
		}
		for doc, id := range p.columns.ids {
			if p.deleted != nil && p.deleted.Contains(uint32(doc)) {
				continue
			}
			if _, twice := all[id]; twice {
				return nil, fmt.Errorf("%s stands twice in the index", id)
			}
			all[id] = sums[doc]
		}
	}
	return all, nil
}

// fingerprintOf is the fingerprint that the index should hold of a document.
func fingerprintOf(seed maphash.Seed, d *document.Document) (sum uint64) {
	for _, f := range d.Fields {
		if f, ok := f.(*tokenField); ok {
			for token := range f.tokens {
				sum += tokenHash(seed, f.field, token)
			}
		}
	}
	return sum
}

func tokenHash(seed maphash.Seed, f field, token string) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	h.WriteByte(byte(f))
	h.WriteString(token)
	return h.Sum64()
}
