package hub

// Filter narrows a list, a search or a count. An empty field does not narrow;
// several values of one field are alternatives; fields are combined by AND. The
// hub has checked and canonicalised every value: codes, labels, not what a
// caller typed.
type Filter struct {
	District       []string           // GB/T 2260 codes
	Level          []Level            //
	Status         []Status           // on the day asked for
	Specialty      []string           // labels
	Source         []SourceCategory   //
	Organization   ID                 //
	Court          []string           // court codes; invited listings only
	OrgKind        []OrganizationKind // organisations only
	ExpiringBefore Date               // the term that is running ends before this day
}

// Moment says in which state of the world a question is asked.
type Moment struct {
	// At is recorded time: what the hub said at that revision. 0 is now.
	At Revision
	// On is valid time: the day for which statuses hold. Never 0 below the
	// hub; it fills in today (Asia/Shanghai).
	On Date
	// Listed narrows to who was on the roster on that day, ACTIVE or
	// SUSPENDED, unless the filter names statuses itself.
	Listed bool
}

// Matches reports whether a record with these facts passes the filter at m. It
// is the one definition that lists, counts and searches are held to.
func (f *Filter) Matches(m Moment, facts *Facts) bool {
	status := facts.Timeline.On(m.On)
	if m.Listed && len(f.Status) == 0 && !status.OnRoster() {
		return false
	}
	return oneOf(f.District, facts.District) &&
		oneOf(f.Level, facts.Level) &&
		oneOf(f.Status, status) &&
		oneOf(f.Source, facts.Source) &&
		oneOf(f.Court, facts.Court) &&
		oneOf(f.OrgKind, facts.OrgKind) &&
		(len(f.Specialty) == 0 || overlaps(f.Specialty, facts.Specialties)) &&
		(f.Organization == 0 || f.Organization == facts.Organization) &&
		(f.ExpiringBefore == 0 || facts.TermEnd != 0 && facts.TermEnd < f.ExpiringBefore && status.OnRoster())
}

func oneOf[T comparable](wanted []T, have T) bool {
	if len(wanted) == 0 {
		return true
	}
	for _, w := range wanted {
		if w == have {
			return true
		}
	}
	return false
}

func overlaps(wanted, have []string) bool {
	for _, h := range have {
		if oneOf(wanted, h) {
			return true
		}
	}
	return false
}

// Dimension is a property by which records are counted.
type Dimension string

// The dimensions. The first five are the facets of lists and searches.
const (
	ByDistrict  Dimension = "district"
	BySpecialty Dimension = "specialty"
	ByStatus    Dimension = "status"
	ByLevel     Dimension = "level"
	BySource    Dimension = "source"
	ByOrgKind   Dimension = "kind"
	ByCourt     Dimension = "court"

	ByEmployment Dimension = "employment" // of mediators
	ByStreet     Dimension = "street"     // within a district; as [StreetKey] writes it
)

// Facets are the dimensions that every connection offers.
var Facets = []Dimension{ByDistrict, BySpecialty, ByStatus, ByLevel, BySource}

// Bucket is how many records have a value in a dimension. Label is filled in by
// the hub.
type Bucket struct {
	Value string
	Label string
	Count int
}

// Facet is a dimension with its buckets: most frequent first, ties by value.
type Facet struct {
	Field   Dimension
	Buckets []Bucket
}
