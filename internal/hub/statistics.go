package hub

import (
	"cmp"
	"context"
	"slices"
)

// StatisticsQuery asks for counts. Dimensions that nobody asked for are not
// counted.
type StatisticsQuery struct {
	On   Date // 0: today, or the day of the past moment
	AsOf AsOf
	// Rosters are the counts wanted of each kind.
	Rosters map[Kind]RosterCountQuery
}

// RosterCountQuery asks for the counts of one roster.
type RosterCountQuery struct {
	Filter FilterArgs
	By     []Dimension    // counts by one dimension
	Cross  [][2]Dimension // counts by two dimensions
}

// Statistics are counts at one moment.
type Statistics struct {
	On       Date
	Revision Revision
	Rosters  map[Kind]*RosterCounts
}

// RosterCounts are the counts of one roster.
type RosterCounts struct {
	Total int
	By    map[Dimension][]Bucket
	Cross map[[2]Dimension][]CrossBucket
}

// CrossBucket is how many records have a value in each of two dimensions.
type CrossBucket struct {
	Values [2]string
	Labels [2]string
	Count  int
}

// Statistics counts rosters. In contrast to a list with `on`, it counts every
// record by the status that it had on the day, so that who had left is counted
// as such.
func (h *Hub) Statistics(ctx context.Context, q StatisticsQuery) (*Statistics, error) {
	out := &Statistics{Rosters: map[Kind]*RosterCounts{}}
	err := h.withSnapshot(ctx, func(snap Snapshot) error {
		moment, err := h.moment(snap, q.AsOf, q.On)
		if err != nil {
			return err
		}
		moment.Listed = false
		out.On = moment.On
		if out.Revision = moment.At; moment.At == 0 {
			out.Revision = snap.Revision()
		}
		for kind, wanted := range q.Rosters {
			counts, err := h.rosterCounts(snap, kind, moment, wanted)
			if err != nil {
				return err
			}
			out.Rosters[kind] = counts
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (h *Hub) rosterCounts(snap Snapshot, kind Kind, moment Moment, q RosterCountQuery) (*RosterCounts, error) {
	filter, err := h.filter(kind, q.Filter)
	if err != nil {
		return nil, err
	}
	by := [][]Dimension{{}}
	for _, d := range q.By {
		by = append(by, []Dimension{d})
	}
	for _, pair := range q.Cross {
		by = append(by, []Dimension{pair[0], pair[1]})
	}
	cells, err := snap.Count(CountQuery{Kind: kind, Filter: filter, Moment: moment, By: by})
	if err != nil {
		return nil, err
	}
	counts := &RosterCounts{By: map[Dimension][]Bucket{}, Cross: map[[2]Dimension][]CrossBucket{}}
	for _, c := range cells[0] {
		counts.Total = c.Count
	}
	cells = cells[1:]
	for i, d := range q.By {
		counts.By[d] = h.buckets(d, cells[i])
	}
	for i, pair := range q.Cross {
		counts.Cross[pair] = h.crossBuckets(pair, cells[len(q.By)+i])
	}
	return counts, nil
}

func (h *Hub) crossBuckets(d [2]Dimension, cells []Cell) []CrossBucket {
	buckets := make([]CrossBucket, 0, len(cells))
	for _, c := range cells {
		if c.Values[0] == "" || c.Values[1] == "" {
			continue
		}
		buckets = append(buckets, CrossBucket{
			Values: [2]string{c.Values[0], c.Values[1]},
			Labels: [2]string{h.valueLabel(d[0], c.Values[0]), h.valueLabel(d[1], c.Values[1])},
			Count:  c.Count,
		})
	}
	slices.SortFunc(buckets, func(a, b CrossBucket) int {
		return cmp.Or(cmp.Compare(a.Values[0], b.Values[0]), b.Count-a.Count, cmp.Compare(a.Values[1], b.Values[1]))
	})
	return buckets
}
