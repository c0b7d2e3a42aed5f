package hub

import (
	"context"
	"time"
)

// Feed is the change feed as one subscriber follows it. It is pulled, never
// pushed: what a slow subscriber has not taken yet is in the log and nowhere else,
// so that it costs no memory and cannot be lost. It is used by one goroutine.
type Feed struct {
	hub    *Hub
	within changesFilter
	seen   Revision // whatever is not newer has been handed out, or is not shown
	ahead  []Change // read from the log, not yet handed out
}

// Rights decides anew what the subscriber is and may read, before each change that
// she is shown and from time to time while there is none. An error ends the feed.
type Rights func(context.Context) (*Principal, error)

// Steps of a feed.
const (
	feedAhead = 100              // how many changes are read from the log at a time
	feedPulse = 10 * time.Second // how long an idle feed goes without asking for its rights
)

// Follow opens the feed behind a cursor of [Hub.Changes], or, without one, behind
// the newest change.
func (h *Hub) Follow(ctx context.Context, q ChangesQuery) (*Feed, error) {
	within, err := h.changesWithin(q)
	if err != nil {
		return nil, err
	}
	f := &Feed{hub: h, within: within}
	err = h.withSnapshot(ctx, func(snap Snapshot) (err error) {
		if f.seen = snap.Revision(); q.Page.After != nil {
			f.seen, err = changeRevision(snap, "after", *q.Page.After)
		}
		return err
	})
	return f, err
}

// Next waits for the next change and returns it as the subscriber may see it now,
// with its cursor. Whoever follows from that cursor goes on just behind it.
func (f *Feed) Next(ctx context.Context, rights Rights) (*ConnectionEdge[*ChangeView], error) {
	for {
		p, err := rights(ctx)
		if err != nil {
			return nil, err
		}
		if len(f.ahead) == 0 {
			if err := f.read(ctx, p); err != nil {
				return nil, err
			}
		}
		// Her rights may have changed since it was read ahead.
		for len(f.ahead) > 0 && !f.within.shows(p, f.ahead[0]) {
			f.taken()
		}
		if len(f.ahead) > 0 {
			return f.show(ctx, p)
		}
		if f.seen == f.hub.Revision() {
			if err := f.wait(ctx); err != nil {
				return nil, err
			}
		}
	}
}

// read looks ahead in the log.
func (f *Feed) read(ctx context.Context, p *Principal) error {
	return f.hub.withSnapshot(ctx, func(snap Snapshot) error {
		scanned := 0
		for change, err := range snap.Changes(f.seen) {
			if err != nil {
				return err
			}
			if f.within.shows(p, change) {
				f.ahead = append(f.ahead, change)
			} else if len(f.ahead) == 0 {
				f.seen = change.Revision
			}
			if scanned++; len(f.ahead) == feedAhead || scanned == mostScanned {
				break
			}
		}
		return nil
	})
}

// show hands out the first of the changes read ahead.
func (f *Feed) show(ctx context.Context, p *Principal) (edge *ConnectionEdge[*ChangeView], err error) {
	err = f.hub.withSnapshot(ctx, func(snap Snapshot) error {
		views, err := f.hub.changeViews(snap, p, f.ahead[:1])
		if err == nil {
			edge = &ConnectionEdge[*ChangeView]{Node: views[0], Cursor: changeCursor(f.ahead[0].Revision)}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	f.taken()
	return edge, nil
}

// taken leaves the first of the changes read ahead behind.
func (f *Feed) taken() { f.seen, f.ahead = f.ahead[0].Revision, f.ahead[1:] }

// wait returns when there may be something new, or when it is time to ask whether
// the subscriber still may.
func (f *Feed) wait(ctx context.Context) error {
	pulse := time.NewTimer(feedPulse)
	defer pulse.Stop()
	select {
	case <-f.hub.store.Advanced(f.seen):
	case <-pulse.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}
