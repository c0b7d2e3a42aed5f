package boltstore

import (
	"cmp"
	"iter"
	"runtime/debug"
	"slices"

	"concord/internal/hub"
)

var dimensionOf = map[hub.Dimension]dimension{
	hub.ByDistrict: dimDistrict, hub.BySpecialty: dimSpecialty, hub.ByStatus: dimStatus, hub.ByLevel: dimLevel,
	hub.BySource: dimSource, hub.ByOrgKind: dimOrgKind, hub.ByCourt: dimCourt,
	hub.ByEmployment: dimEmployment, hub.ByStreet: dimStreet,
}

// Count implements [hub.Snapshot]. Cells are in the order of their values.
func (s *snapshot) Count(q hub.CountQuery) (_ [][]hub.Cell, err error) {
	defer rescue(&err, debug.SetPanicOnFault(true))
	scope, err := s.scope(q.Kind, &q.Filter, q.Moment, q.Within)
	if err != nil {
		return nil, err
	}
	counted, err := scope.counted(q.By, func() ([][]hub.Cell, error) { return scope.count(q.By) })
	if err != nil {
		return nil, internal("Count", err)
	}
	// What is remembered stays ours.
	cells := make([][]hub.Cell, len(counted))
	for i := range counted {
		cells[i] = slices.Clone(counted[i])
	}
	return cells, nil
}

// Lives implements [hub.Snapshot]: one pass over the rows.
func (s *snapshot) Lives(kind hub.Kind, filter hub.Filter, moment hub.Moment) iter.Seq2[hub.Life, error] {
	return func(yield func(hub.Life, error) bool) {
		var stopped bool
		if err := s.eachLife(kind, &filter, moment, func(l hub.Life) bool {
			stopped = !yield(l, nil)
			return !stopped
		}); err != nil && !stopped {
			yield(hub.Life{}, err)
		}
	}
}

func (s *snapshot) eachLife(kind hub.Kind, filter *hub.Filter, moment hub.Moment, yield func(hub.Life) bool) (err error) {
	defer rescue(&err, debug.SetPanicOnFault(true))
	scope, err := s.scope(kind, filter, moment, nil)
	if err != nil {
		return err
	}
	districts, statuses, employments := s.store.labels.words(dimDistrict), s.store.labels.words(dimStatus), s.store.labels.words(dimEmployment)
	var line hub.Timeline
	return scope.each(func(id hub.ID, _ hub.Revision, r *row) bool {
		line = line[:0]
		for i := 0; i+1 < len(r.steps); i += 2 {
			line = append(line, hub.Step{From: hub.Date(int32(r.steps[i])), Status: hub.Status(statuses[r.steps[i+1]])})
		}
		return yield(hub.Life{
			ID: id, District: districts[r.word.district], Organization: r.word.organization,
			Employment: hub.Employment(employments[r.word.employment]), Timeline: line,
		})
	})
}

func (s *scope) count(by [][]hub.Dimension) (_ [][]hub.Cell, err error) {
	groups := make([]group, len(by))
	needsRows := false
	for i := range by {
		if groups[i], err = s.newGroup(by[i]); err != nil {
			return nil, err
		}
		needsRows = needsRows || len(by[i]) > 0
	}
	total := 0
	if needsRows {
		err = s.each(func(_ hub.ID, _ hub.Revision, r *row) bool {
			total++
			for i := range groups {
				groups[i].add(r, s.match.on)
			}
			return true
		})
	} else {
		total, err = s.total()
	}
	if err != nil {
		return nil, err
	}
	cells := make([][]hub.Cell, len(groups))
	for i := range groups {
		cells[i] = groups[i].cells(s.store.labels, total)
	}
	return cells, nil
}

// group counts by up to two dimensions. Labels are dense, so that one dimension
// and most pairs are counted in an array.
type group struct {
	dims   []dimension
	width  int // words of the second dimension
	counts []int
	sparse map[[2]label]int // instead of counts, when these were too many
}

const mostCells = 1 << 20

func (s *snapshot) newGroup(by []hub.Dimension) (group, error) {
	var g group
	if len(by) > 2 {
		return g, hub.Invalid("by", "最多按两个维度交叉统计。")
	}
	size := 1
	for _, d := range by {
		dim, ok := dimensionOf[d]
		if !ok {
			return g, hub.Invalid("by", "不能按“%s”统计。", hub.Shorten(string(d)))
		}
		g.dims = append(g.dims, dim)
		g.width = len(s.store.labels.words(dim))
		size *= g.width
	}
	if size > mostCells && len(by) == 2 {
		g.sparse = map[[2]label]int{}
	} else {
		g.counts = make([]int, size)
	}
	return g, nil
}

// values returns a record's labels in a dimension. one is room for a single one.
func (r *row) values(d dimension, on int32, one *[1]label) []label {
	switch d {
	case dimSpecialty:
		return r.labels
	case dimDistrict:
		one[0] = label(r.word.district)
	case dimCourt:
		one[0] = label(r.word.court)
	case dimLevel:
		one[0] = label(r.word.level)
	case dimSource:
		one[0] = label(r.word.source)
	case dimOrgKind:
		one[0] = label(r.word.orgKind)
	case dimEmployment:
		one[0] = label(r.word.employment)
	case dimStreet:
		one[0] = r.word.street
	case dimStatus:
		one[0] = r.status(on)
	}
	return one[:]
}

func (g *group) add(r *row, on int32) {
	var one, other [1]label
	switch len(g.dims) {
	case 1:
		for _, a := range r.values(g.dims[0], on, &one) {
			g.counts[a]++
		}
	case 2:
		for _, a := range r.values(g.dims[0], on, &one) {
			for _, b := range r.values(g.dims[1], on, &other) {
				if g.sparse != nil {
					g.sparse[[2]label{a, b}]++
				} else {
					g.counts[int(a)*g.width+int(b)]++
				}
			}
		}
	}
}

// cells returns the counts with their words. A record that has no value in a
// dimension has no cell there.
func (g *group) cells(l *labels, total int) []hub.Cell {
	switch len(g.dims) {
	case 0:
		return []hub.Cell{{Count: total}}
	case 1:
		words := l.words(g.dims[0])
		var cells []hub.Cell
		for n, count := range g.counts {
			if count > 0 && words[n] != "" {
				cells = append(cells, hub.Cell{Values: []string{words[n]}, Count: count})
			}
		}
		return inOrder(cells)
	}
	first, second := l.words(g.dims[0]), l.words(g.dims[1])
	var cells []hub.Cell
	add := func(a, b label, count int) {
		if count > 0 && first[a] != "" && second[b] != "" {
			cells = append(cells, hub.Cell{Values: []string{first[a], second[b]}, Count: count})
		}
	}
	for i, count := range g.counts {
		add(label(i/g.width), label(i%g.width), count)
	}
	for pair, count := range g.sparse {
		add(pair[0], pair[1], count)
	}
	return inOrder(cells)
}

func inOrder(cells []hub.Cell) []hub.Cell {
	slices.SortFunc(cells, func(a, b hub.Cell) int {
		return cmp.Or(slices.Compare(a.Values, b.Values), cmp.Compare(a.Count, b.Count))
	})
	return cells
}
