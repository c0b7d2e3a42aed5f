package model

import "concord/internal/hub"

// Statistics is the moment at which rosters are counted; the counts themselves
// are made where they are asked for.
type Statistics struct {
	On       hub.Date
	Revision hub.Revision
}

// RosterCounts are the counts of one roster. A list that was not asked for is
// nil.
type RosterCounts struct {
	*hub.RosterCounts
	ByDistrictAndSpecialty []DistrictSpecialtyCount
}

// DistrictSpecialtyCount is how many have a specialty in a district.
type DistrictSpecialtyCount struct {
	District  *hub.Region
	Specialty string
	Count     int
}

func (c RosterCounts) ByDistrict() []hub.Bucket  { return c.By[hub.ByDistrict] }
func (c RosterCounts) ByLevel() []hub.Bucket     { return c.By[hub.ByLevel] }
func (c RosterCounts) ByStatus() []hub.Bucket    { return c.By[hub.ByStatus] }
func (c RosterCounts) BySpecialty() []hub.Bucket { return c.By[hub.BySpecialty] }
func (c RosterCounts) BySource() []hub.Bucket    { return c.By[hub.BySource] }
func (c RosterCounts) ByKind() []hub.Bucket      { return c.By[hub.ByOrgKind] }
func (c RosterCounts) ByCourt() []hub.Bucket     { return c.By[hub.ByCourt] }

// ChecklistCounts are the counts over a checklist.
type ChecklistCounts struct {
	Checklist *hub.ChecklistView
	Sections  int
	Groups    int
	Tasks     int
	Measures  int
	ByAgency  []AgencyCount
}

// AgencyCount is how many measures name an agency, and how many it leads.
type AgencyCount struct {
	Agency   *hub.Agency
	Measures int
	Lead     int
}
