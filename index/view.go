package index

import (
	"fmt"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	zap "github.com/blevesearch/scorch_segment_api/v2"

	"concord/internal/hub"
)

// view is one consistent state of the index: the documents as of a revision.
// Searches hold it while they read, so that the segments beneath stay where they
// are; who has acquired it releases it.
type view struct {
	revision hub.Revision
	speech   speech
	snapshot *scorch.IndexSnapshot
	parts    []*part

	mu   sync.Mutex
	refs int // the index's own one included; 0 when closed
}

// newView makes a view of what bleve holds now and takes over the reader. known
// has the columns of segments that an earlier view has read.
func newView(snapshot *scorch.IndexSnapshot, revision hub.Revision, said speech, known map[zap.Segment]*columns) (v *view, err error) {
	defer func() {
		// A damaged segment shows itself as an index out of range.
		if r := recover(); r != nil {
			err = fmt.Errorf("read segments: %v", r)
		}
	}()
	v = &view{revision: revision, speech: said, snapshot: snapshot, refs: 1}
	for _, s := range snapshot.Segments() {
		p, err := newPart(s, known)
		if err != nil {
			return nil, err
		}
		v.parts = append(v.parts, p)
	}
	return v, nil
}

// columns returns the columns of the view's segments.
func (v *view) columns() map[zap.Segment]*columns {
	known := make(map[zap.Segment]*columns, len(v.parts))
	for _, p := range v.parts {
		known[p.segment] = p.columns
	}
	return known
}

// acquire reports whether v was still open and is now held.
func (v *view) acquire() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.refs == 0 {
		return false
	}
	v.refs++
	return true
}

func (v *view) release() {
	v.mu.Lock()
	v.refs--
	closed := v.refs == 0
	v.mu.Unlock()
	if closed {
		_ = v.snapshot.Close() // gives back memory; there is nothing to lose
	}
}

// documentsOf returns the ids of the documents with all the tokens, deleted ones not
// included, in no order.
func (v *view) documentsOf(tokens ...token) ([]hub.ID, error) {
	var ids []hub.ID
	for _, p := range v.parts {
		r := reading{part: p}
		docs, err := r.postings(tokens[0])
		for _, t := range tokens[1:] {
			if err != nil || docs == nil {
				break
			}
			var more *roaring.Bitmap
			if more, err = r.postings(t); more != nil {
				more = roaring.And(docs, more)
			}
			docs = more
		}
		if err != nil {
			return nil, err
		}
		if docs == nil {
			continue
		}
		each(docs, func(doc uint32) {
			if p.deleted == nil || !p.deleted.Contains(doc) {
				ids = append(ids, p.columns.ids[doc])
			}
		})
	}
	return ids, nil
}
