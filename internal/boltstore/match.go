package boltstore

import "concord/internal/hub"

// matcher is a [hub.Filter] at a [hub.Moment] in terms of labels. It accepts
// exactly the rows of whose facts [hub.Filter.Matches] holds.
type matcher struct {
	on             int32
	district       set
	level          set
	source         set
	court          set
	orgKind        set
	status         set
	specialty      set
	organization   hub.ID
	expiringBefore int32
	onRoster       set // the statuses of who is on the roster
	any            bool
}

// set is a set of labels; nil is the set of all.
type set []uint64

func (s set) has(n label) bool {
	return s == nil || int(n>>6) < len(s) && s[n>>6]&(1<<(n&63)) != 0
}

// setOf returns the set of the labels of words. A word that no record ever had
// has no label and matches nothing.
func setOf[T ~string](l *labels, d dimension, words []T) set {
	if len(words) == 0 {
		return nil
	}
	s := make(set, len(l.words(d))/64+1)
	for _, w := range words {
		if n, ok := l.find(d, string(w)); ok && int(n>>6) < len(s) {
			s[n>>6] |= 1 << (n & 63)
		}
	}
	return s
}

func (l *labels) compile(f *hub.Filter, m hub.Moment) *matcher {
	c := &matcher{
		on:             int32(m.On),
		district:       setOf(l, dimDistrict, f.District),
		level:          setOf(l, dimLevel, f.Level),
		source:         setOf(l, dimSource, f.Source),
		court:          setOf(l, dimCourt, f.Court),
		orgKind:        setOf(l, dimOrgKind, f.OrgKind),
		status:         setOf(l, dimStatus, f.Status),
		specialty:      setOf(l, dimSpecialty, f.Specialty),
		organization:   f.Organization,
		expiringBefore: int32(f.ExpiringBefore),
	}
	words := l.words(dimStatus)
	c.onRoster = make(set, len(words)/64+1)
	for n, w := range words {
		if hub.Status(w).OnRoster() {
			c.onRoster[n>>6] |= 1 << (n & 63)
		}
	}
	if m.Listed && c.status == nil {
		c.status = c.onRoster
	}
	c.any = c.district == nil && c.level == nil && c.source == nil && c.court == nil && c.orgKind == nil &&
		c.status == nil && c.specialty == nil && c.organization == 0 && c.expiringBefore == 0
	return c
}

func (c *matcher) match(r *row) bool {
	if c.any {
		return true
	}
	w := r.word
	if !c.district.has(label(w.district)) || !c.level.has(label(w.level)) || !c.source.has(label(w.source)) ||
		!c.court.has(label(w.court)) || !c.orgKind.has(label(w.orgKind)) ||
		c.organization != 0 && c.organization != w.organization {
		return false
	}
	if c.specialty != nil && !c.specialty.any(r.labels) {
		return false
	}
	if c.status == nil && c.expiringBefore == 0 {
		return true
	}
	status := r.status(c.on)
	if !c.status.has(status) {
		return false
	}
	return c.expiringBefore == 0 || w.termEnd != 0 && w.termEnd < c.expiringBefore && c.onRoster.has(status)
}

func (s set) any(ns []label) bool {
	for _, n := range ns {
		if s.has(n) {
			return true
		}
	}
	return false
}
