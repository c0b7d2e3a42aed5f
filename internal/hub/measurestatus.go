package hub

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// MeasureStatus says how a measure stands on a day against its deadline.
type MeasureStatus string

// The statuses.
const (
	MeasureOngoing  MeasureStatus = "ONGOING"       // no day is named
	MeasureOnTime   MeasureStatus = "ON_TIME"       // the day is to come
	MeasureDueSoon  MeasureStatus = "DUE_SOON"      // the day is near
	MeasureOverdue  MeasureStatus = "OVERDUE"       // the day is over and nobody reported the milestone
	MeasureAchieved MeasureStatus = "ACHIEVED"      // the milestone was reported, in time
	MeasureLate     MeasureStatus = "ACHIEVED_LATE" // it was reported after the day
)

var measureStatuses = newVocabulary("status", "落实状态", []word[MeasureStatus]{
	{MeasureOngoing, "长期推进", ""},
	{MeasureOnTime, "按期推进", ""},
	{MeasureDueSoon, "即将到期", ""},
	{MeasureOverdue, "逾期", ""},
	{MeasureAchieved, "已达成", ""},
	{MeasureLate, "逾期达成", ""},
})

// Label returns the Chinese words for s.
func (s MeasureStatus) Label() string { return measureStatuses.label(s) }

// MeasureStatuses lists them in their order.
func MeasureStatuses() []MeasureStatus { return slices.Clone(measureStatuses.values) }

// dueSoon is how many days before its day a measure is due soon, when the caller
// does not say.
const dueSoon = 30

// StatusQuery asks how measures stand.
type StatusQuery struct {
	On     Date // 0: today
	Within *int // days before the deadline that count as near; nil: [dueSoon]
}

func (q *StatusQuery) check(today Date) error {
	if q.On == 0 {
		q.On = today
	}
	if q.Within == nil {
		days := dueSoon
		q.Within = &days
	}
	if *q.Within < 0 || *q.Within > 366 {
		return Invalid("dueWithin", "提前提醒的天数须在 0 到 366 之间，收到的是 %d。", *q.Within)
	}
	return nil
}

// statusOn works out how a measure stands: reached is the day of the earliest
// report that the milestone was reached, 0 when there is none up to that day.
func (m *Measure) statusOn(q StatusQuery, reached Date) MeasureStatus {
	due, err := ParseDate(m.Deadline.DueDate)
	switch {
	case err != nil: // none is named
		return MeasureOngoing
	case reached != 0 && reached <= due:
		return MeasureAchieved
	case reached != 0:
		return MeasureLate
	case q.On > due:
		return MeasureOverdue
	case q.On >= due.AddDays(-*q.Within):
		return MeasureDueSoon
	}
	return MeasureOnTime
}

// mayReport reports whether an agency may say that the milestone of a measure was
// reached: a lead, or, where none is marked, any agency responsible.
func (m *Measure) mayReport(agency string) bool {
	led := slices.ContainsFunc(m.Agencies, func(a ResponsibleAgency) bool { return a.Role == AgencyRoleLead })
	return m.Names(agency, AgencyRoleLead) || !led && m.Names(agency, "")
}

// MeasureStatus returns how a measure stands.
func (h *Hub) MeasureStatus(ctx context.Context, m *MeasureView, q StatusQuery) (status MeasureStatus, err error) {
	if err := q.check(h.Today()); err != nil {
		return "", err
	}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		ids, err := snap.Lookup(0, KindProgressNote, KeyMeasure, m.ID.String())
		if err != nil {
			return err
		}
		versions, err := snap.Get(0, ids...)
		if err != nil {
			return err
		}
		var reached Date
		for _, v := range versions {
			reached = v.Record.(*ProgressNote).earliest(reached, q.On)
		}
		status = m.statusOn(q, reached)
		return nil
	})
	return status, err
}

// earliest is the earlier of a day and the one on which the note says that the
// milestone was reached, as far as that is known on a day.
func (n *ProgressNote) earliest(reached, on Date) Date {
	if n.Reached && n.On <= on && (reached == 0 || n.On < reached) {
		return n.On
	}
	return reached
}

// reachedDays returns, of every measure, when its milestone was reached.
func (h *Hub) reachedDays(ctx context.Context, on Date) (map[ID]Date, error) {
	days := map[ID]Date{}
	err := h.withSnapshot(ctx, func(snap Snapshot) error {
		for v, err := range snap.All(0, KindProgressNote) {
			if err != nil {
				return err
			}
			n := v.Record.(*ProgressNote)
			if day := n.earliest(days[n.Measure], on); day != 0 {
				days[n.Measure] = day
			}
		}
		return nil
	})
	return days, err
}

// RosterLink 名册链接 ties measures to the rosters that show how far they are: a
// measure that says Words is shown the counts of Kind under Filter. It is data, in
// seeds/measure-rosters.json, so that a table issued anew finds its rosters again
// even when its numbers have moved.
type RosterLink struct {
	Label  string
	Words  string // that the measure's text says
	Kind   string // the contract's name of a kind, such as MEDIATOR
	By     Dimension
	Filter FilterArgs
	kind   Kind
}

// LinkedRoster is a roster behind a measure, as it stands.
type LinkedRoster struct {
	Label    string
	Kind     Kind
	On       Date
	Revision Revision
	Total    int
	By       Dimension
	Counts   []Bucket
}

// loadRosterLinks reads the links.
func (r *Reference) loadRosterLinks(fsys fs.FS, name string) error {
	if err := readJSON(fsys, name, &r.rosterLinks); err != nil {
		return err
	}
	for i := range r.rosterLinks {
		l := &r.rosterLinks[i]
		kind, ok := ParseKind(l.Kind)
		if !ok || l.Words == "" || l.Label == "" {
			return fmt.Errorf("link %d says no words, no label or no kind of record (%q)", i+1, l.Kind)
		}
		l.kind = kind
	}
	return nil
}

// LinkedRosters counts the rosters behind a measure on a day; 0 is today.
func (h *Hub) LinkedRosters(ctx context.Context, m *MeasureView, on Date) (rosters []LinkedRoster, err error) {
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		moment, err := h.moment(snap, AsOf{}, on)
		if err != nil {
			return err
		}
		moment.Listed = false
		for _, link := range h.reference.rosterLinks {
			if !strings.Contains(m.Measure.Text, link.Words) {
				continue
			}
			counts, err := h.rosterCounts(snap, link.kind, moment, RosterCountQuery{Filter: link.Filter, By: []Dimension{link.By}})
			if err != nil {
				return err
			}
			rosters = append(rosters, LinkedRoster{link.Label, link.kind, moment.On, snap.Revision(), counts.Total, link.By, counts.By[link.By]})
		}
		return nil
	})
	return rosters, err
}
