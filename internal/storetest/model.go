package storetest

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"concord/internal/hub"
)

// model keeps all changes and answers by looking at all of them.
type model struct {
	changes      []hub.Change
	facts        []hub.Facts // of each change
	compareNames func(a, b string) int
	states       map[hub.Revision]map[hub.ID]hub.Change // those asked for since the last change
}

// factsOf returns the facts of a change's record.
func (m *model) factsOf(c hub.Change) *hub.Facts { return &m.facts[c.Revision-1] }

func (m *model) apply(b hub.Batch, first hub.Revision) {
	at := b.At
	if n := len(m.changes); n > 0 && at.Before(m.changes[n-1].At) {
		at = m.changes[n-1].At
	}
	for i, p := range b.Puts {
		m.changes = append(m.changes, hub.Change{
			Revision: first + hub.Revision(i), At: at, Origin: b.Origin, Record: p.Record, Previous: p.Expected,
		})
		m.facts = append(m.facts, p.Record.Facts())
	}
	m.states = nil
}

func (m *model) revision() hub.Revision { return hub.Revision(len(m.changes)) }

func (m *model) newest(id hub.ID) hub.Revision {
	for _, c := range slices.Backward(m.changes) {
		if c.Record.RecordID() == id {
			return c.Revision
		}
	}
	return 0
}

// state returns the newest change of every record at a revision. It must not be
// altered.
func (m *model) state(at hub.Revision) map[hub.ID]hub.Change {
	if at == 0 {
		at = m.revision()
	}
	if s, ok := m.states[at]; ok {
		return s
	}
	s := map[hub.ID]hub.Change{}
	for _, c := range m.changes[:at] {
		s[c.Record.RecordID()] = c
	}
	if m.states == nil {
		m.states = map[hub.Revision]map[hub.ID]hub.Change{}
	}
	m.states[at] = s
	return s
}

func (m *model) revisionAt(t time.Time) (r hub.Revision) {
	for _, c := range m.changes {
		if !c.At.After(t) {
			r = c.Revision
		}
	}
	return r
}

func (m *model) lookup(at hub.Revision, kind hub.Kind, name hub.KeyName, value string) (ids []hub.ID) {
	for id, c := range m.state(at) {
		facts := m.factsOf(c)
		if id.Kind() == kind && slices.ContainsFunc(facts.Keys, func(k hub.Key) bool { return k.Name == name && k.Value == value }) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func (m *model) named(kind hub.Kind, district, name string) (ids []hub.ID) {
	for id, c := range m.state(0) {
		if facts := m.factsOf(c); id.Kind() == kind && facts.District == district && facts.Name == name {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// matching returns what a list or a count is about, unordered.
func (m *model) matching(kind hub.Kind, f hub.Filter, moment hub.Moment, within []hub.ID) (list []hub.Change) {
	for id, c := range m.state(moment.At) {
		facts := m.factsOf(c)
		if id.Kind() != kind || !facts.Listed() || !f.Matches(moment, facts) {
			continue
		}
		if _, ok := slices.BinarySearch(within, id); within != nil && !ok {
			continue
		}
		list = append(list, c)
	}
	return list
}

// list returns the whole list.
func (m *model) list(q hub.ListQuery) []hub.Change {
	list := m.matching(q.Kind, q.Filter, q.Moment, q.Within)
	slices.SortFunc(list, func(a, b hub.Change) int {
		fa, fb := m.factsOf(a), m.factsOf(b)
		c := 0
		switch q.Order.Field {
		case hub.OrderByName:
			c = m.compareNames(fa.Name, fb.Name)
		case hub.OrderByRegistrationNo:
			if last := lacking(fa.RegistrationNo == "", fb.RegistrationNo == ""); last != 0 {
				return last
			}
			c = bytes.Compare([]byte(fa.RegistrationNo), []byte(fb.RegistrationNo))
		case hub.OrderByTermEnd:
			if last := lacking(fa.TermEnd == 0, fb.TermEnd == 0); last != 0 {
				return last
			}
			c = cmp.Compare(fa.TermEnd, fb.TermEnd)
		case hub.OrderByUpdated:
			c = cmp.Compare(a.Revision, b.Revision)
		}
		if c == 0 {
			c = cmp.Compare(a.Record.RecordID(), b.Record.RecordID())
		}
		if q.Order.Descending {
			return -c
		}
		return c
	})
	return list
}

// lacking puts what lacks a property last, whatever the direction.
func lacking(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func values(f *hub.Facts, d hub.Dimension, on hub.Date) []string {
	one := ""
	switch d {
	case hub.BySpecialty:
		distinct := slices.Clone(f.Specialties)
		slices.Sort(distinct)
		return slices.DeleteFunc(slices.Compact(distinct), func(s string) bool { return s == "" })
	case hub.ByDistrict:
		one = f.District
	case hub.ByStatus:
		one = string(f.Timeline.On(on))
	case hub.ByLevel:
		one = string(f.Level)
	case hub.BySource:
		one = string(f.Source)
	case hub.ByOrgKind:
		one = string(f.OrgKind)
	case hub.ByCourt:
		one = f.Court
	case hub.ByEmployment:
		one = string(f.Employment)
	case hub.ByStreet:
		one = f.Street
	}
	if one == "" {
		return nil
	}
	return []string{one}
}

func (m *model) count(q hub.CountQuery) [][]hub.Cell {
	matching := m.matching(q.Kind, q.Filter, q.Moment, q.Within)
	result := make([][]hub.Cell, len(q.By))
	for i, by := range q.By {
		counts := map[[2]string]int{}
		if len(by) == 0 {
			counts[[2]string{}] = 0
		}
		for _, c := range matching {
			facts := m.factsOf(c)
			switch len(by) {
			case 0:
				counts[[2]string{}]++
			case 1:
				for _, v := range values(facts, by[0], q.Moment.On) {
					counts[[2]string{v}]++
				}
			case 2:
				for _, v := range values(facts, by[0], q.Moment.On) {
					for _, w := range values(facts, by[1], q.Moment.On) {
						counts[[2]string{v, w}]++
					}
				}
			}
		}
		for values, n := range counts {
			result[i] = append(result[i], hub.Cell{Values: values[:len(by)], Count: n})
		}
		slices.SortFunc(result[i], func(a, b hub.Cell) int { return slices.Compare(a.Values, b.Values) })
	}
	return result
}
