package hub

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// Reference holds what the rosters refer to and nobody edits at run time:
// regions, agencies, courts, causes of action and code tables. It is complete
// when [LoadReference] returns and never changes, so any number of goroutines may
// use it; what its methods return may not be altered.
//
// Look-ups by word ignore width, blanks and the case of ASCII letters.
type Reference struct {
	regions     []*Region // the city first, then its districts
	legacy      []*Region
	regionBy    index[Region] // by code and every form of the name; legacy leads to today's
	agencies    []*Agency
	agencyBy    index[Agency]
	courts      []*Court
	courtBy     index[Court]
	tables      []*CodeTable
	tableBy     index[CodeTable]
	causeLists  causeLists
	workdays    workdays
	rosterLinks []RosterLink
}

// Region is a unit of the administrative division (GB/T 2260).
type Region struct {
	Code       string         `json:"code"`                // six digits
	Name       string         `json:"name"`                // 和平区
	Short      string         `json:"short"`               // 和平
	ParentCode string         `json:"parent,omitempty"`    // "" for the city
	LegacyOf   string         `json:"now,omitempty"`       // code of today's region, for one that is no longer in force
	Seat       [2]float64     `json:"seat,omitzero"`       // latitude and longitude of a district's government, roughly
	Townships  map[string]int `json:"townships,omitempty"` // streets, towns and the like, by sort
}

// Agency is a member agency of the hub 成员单位.
type Agency struct {
	Code     string     `json:"code"`     // ours; stable ASCII
	Name     string     `json:"name"`     // as the checklist prints it: 市人社局
	FullName string     `json:"fullName"` // official name
	Kind     AgencyKind `json:"kind"`
	Aliases  []string   `json:"aliases"`
}

// Court is a people's court of the city.
type Court struct {
	Code         string     `json:"code"`             // 法院代字 as in case numbers: 津0101
	Name         string     `json:"name"`             // official name
	ShortName    string     `json:"short"`            // 和平法院
	Level        CourtLevel `json:"level"`            //
	DistrictCode string     `json:"district"`         // its territory; the city's code where it serves several districts
	ParentCode   string     `json:"parent,omitempty"` // the court that hears its appeals; "" for the high court
	FormerCodes  []string   `json:"formerCodes,omitempty"`
	Aliases      []string   `json:"aliases"`
	Note         string     `json:"note,omitempty"` // what an operator should know or confirm
}

// CodeTable is a code table of a national standard.
type CodeTable struct {
	Name     string     `json:"name"`     // gender, ethnicity, education, political
	Title    string     `json:"title"`    // 民族
	Standard string     `json:"standard"` // GB/T 3304
	Items    []CodeItem `json:"items"`

	by index[CodeItem]
}

// CodeItem is one row of a code table.
type CodeItem struct {
	Code string   `json:"code"`
	Name string   `json:"name"`
	Also []string `json:"also,omitempty"` // how sheets write the same thing
}

// LoadReference reads regions.json, agencies.json, courts.json, causes.json,
// workdays.json and codes.json and checks them: every reference leads somewhere, no word means two
// things, every enum value exists, dates and versions fit together. Its error
// names the file and the entry; it is for whoever edits the data.
func LoadReference(fsys fs.FS) (*Reference, error) {
	r := new(Reference)
	for _, part := range []struct {
		file string
		load func(fs.FS, string) error
	}{
		{"regions.json", r.loadRegions},
		{"agencies.json", r.loadAgencies},
		{"courts.json", r.loadCourts},
		{"codes.json", r.loadTables},
		{"causes.json", r.causeLists.load},
		{"workdays.json", r.loadWorkdays},
		{"measure-rosters.json", r.loadRosterLinks},
	} {
		if err := part.load(fsys, part.file); err != nil {
			return nil, fmt.Errorf("load reference data: %s: %w", part.file, err)
		}
	}
	return r, nil
}

// Regions returns the city and its districts as they are today.
func (r *Reference) Regions() []*Region { return r.regions }

// LegacyRegions returns the regions that are no longer in force. Their codes
// stand in identity numbers for ever.
func (r *Reference) LegacyRegions() []*Region { return r.legacy }

// City returns the region to which all districts belong.
func (r *Reference) City() *Region { return r.regions[0] }

// Region finds the city or a district by code or by any form of its name: 120101,
// 和平, 和平区, 天津市和平区. A legacy code or name leads to today's region.
func (r *Reference) Region(codeOrName string) (*Region, bool) { return r.regionBy.find(codeOrName) }

// District is [Reference.Region] without the city.
func (r *Reference) District(codeOrName string) (*Region, bool) {
	region, ok := r.Region(codeOrName)
	if !ok || region.ParentCode == "" {
		return nil, false
	}
	return region, true
}

// Agencies returns the member agencies in their customary order.
func (r *Reference) Agencies() []*Agency { return r.agencies }

// AgencyByCode finds a member agency by its code.
func (r *Reference) AgencyByCode(code string) (*Agency, bool) {
	a, ok := r.agencyBy[code]
	return a, ok && a.Code == code
}

// AgencyByName finds a member agency by what is printed: the name in the
// checklist, the official name, an alias (人社局, 市企联) or the code. A mark of
// the role such as （牵头） is the caller's to remove.
func (r *Reference) AgencyByName(printed string) (*Agency, bool) { return r.agencyBy.find(printed) }

// Courts returns the courts of the city from the high court downwards.
func (r *Reference) Courts() []*Court { return r.courts }

// CourtByCode finds a court by its code in force.
func (r *Reference) CourtByCode(code string) (*Court, bool) {
	c, ok := r.courtBy[code]
	return c, ok && c.Code == code
}

// CourtByName finds a court by its official name, short name, an alias, or a
// code, a former one included.
func (r *Reference) CourtByName(name string) (*Court, bool) { return r.courtBy.find(name) }

// CodeTables returns all code tables.
func (r *Reference) CodeTables() []*CodeTable { return r.tables }

// Ethnicity returns 民族, GB/T 3304.
func (r *Reference) Ethnicity() *CodeTable { return r.tableBy["ETHNICITY"] }

// Education returns 文化程度, GB/T 4658.
func (r *Reference) Education() *CodeTable { return r.tableBy["EDUCATION"] }

// Political returns 政治面貌, GB/T 4762.
func (r *Reference) Political() *CodeTable { return r.tableBy["POLITICAL"] }

// NameOf returns the name that belongs to code.
func (t *CodeTable) NameOf(code string) (string, bool) {
	item, ok := t.by[code]
	if !ok || item.Code != code {
		return "", false
	}
	return item.Name, true
}

// CodeOf returns the code of what is printed in a sheet: a name, one of its other
// forms (汉, 本科, 党员) or the code.
func (t *CodeTable) CodeOf(printed string) (string, bool) {
	item, ok := t.by.find(printed)
	if !ok {
		return "", false
	}
	return item.Code, true
}

func (r *Reference) loadRegions(fsys fs.FS, name string) error {
	var file struct {
		Source, Note string
		Regions      []*Region
		Legacy       []*Region
	}
	if err := readJSON(fsys, name, &file); err != nil {
		return err
	}
	r.regions, r.legacy, r.regionBy = file.Regions, file.Legacy, index[Region]{}
	if len(r.regions) == 0 || r.regions[0].ParentCode != "" {
		return errors.New("the first region must be the city")
	}
	city := r.regions[0]
	for i, region := range r.regions {
		if !isRegionCode(region.Code) || region.Name == "" || region.Short == "" || region.LegacyOf != "" {
			return fmt.Errorf("region %q: code, name or short name is missing or wrong", region.Code)
		}
		if i > 0 && region.ParentCode != city.Code {
			return fmt.Errorf("region %s: parent %q is not the city", region.Code, region.ParentCode)
		}
		if i > 0 && region.Seat == [2]float64{} {
			return fmt.Errorf("region %s: the seat of its government is missing", region.Code)
		}
		words := []string{region.Code, region.Name, region.Short}
		if i > 0 {
			words = append(words, underCity(city, region)...)
		}
		if err := r.regionBy.add(region, words...); err != nil {
			return err
		}
	}
	for _, region := range r.legacy {
		now, ok := r.regionBy[region.LegacyOf]
		if !ok || now.Code != region.LegacyOf {
			return fmt.Errorf("legacy region %s: today's region %q does not exist", region.Code, region.LegacyOf)
		}
		if !isRegionCode(region.Code) || region.Name == "" {
			return fmt.Errorf("legacy region %q: code or name is missing or wrong", region.Code)
		}
		words := append(underCity(city, region), region.Code, region.Name, region.Short)
		if err := r.regionBy.add(now, words...); err != nil {
			return err
		}
	}
	return nil
}

// underCity returns the forms of a district's name with the city in front.
func underCity(city, district *Region) []string {
	return []string{
		city.Name + district.Name, city.Short + district.Name,
		city.Name + district.Short, city.Short + district.Short,
	}
}

func isRegionCode(s string) bool {
	_, ok := digits(s)
	return ok && len(s) == 6
}

func (r *Reference) loadAgencies(fsys fs.FS, name string) error {
	var file struct {
		Source   string
		Agencies []*Agency
	}
	if err := readJSON(fsys, name, &file); err != nil {
		return err
	}
	r.agencies, r.agencyBy = file.Agencies, index[Agency]{}
	for _, a := range r.agencies {
		if a.Code == "" || a.Name == "" || a.FullName == "" || !a.Kind.Valid() {
			return fmt.Errorf("agency %q: code, name, full name or kind is missing or wrong", a.Code)
		}
		if err := r.agencyBy.add(a, append([]string{a.Code, a.Name, a.FullName}, a.Aliases...)...); err != nil {
			return err
		}
	}
	return nil
}

func (r *Reference) loadCourts(fsys fs.FS, name string) error {
	var file struct {
		Source, Note string
		Courts       []*Court
	}
	if err := readJSON(fsys, name, &file); err != nil {
		return err
	}
	r.courts, r.courtBy = file.Courts, index[Court]{}
	for _, c := range r.courts {
		if c.Code == "" || c.Name == "" || c.ShortName == "" || !c.Level.Valid() {
			return fmt.Errorf("court %q: code, name, short name or level is missing or wrong", c.Code)
		}
		if region, ok := r.regionBy[c.DistrictCode]; !ok || region.Code != c.DistrictCode {
			return fmt.Errorf("court %s: district %q does not exist", c.Code, c.DistrictCode)
		}
		words := append([]string{c.Code, c.Name, c.ShortName}, c.Aliases...)
		if err := r.courtBy.add(c, append(words, c.FormerCodes...)...); err != nil {
			return err
		}
	}
	for _, c := range r.courts {
		parent, ok := r.CourtByCode(c.ParentCode)
		switch {
		case c.Level == CourtHigh && c.ParentCode == "":
		case !ok:
			return fmt.Errorf("court %s: parent %q does not exist", c.Code, c.ParentCode)
		case c.Level == CourtHigh || (c.Level == CourtBasic) != (parent.Level == CourtIntermediate):
			return fmt.Errorf("court %s: a %s court is not below a %s court", c.Code, c.Level, parent.Level)
		}
	}
	return nil
}

func (r *Reference) loadTables(fsys fs.FS, name string) error {
	var file struct {
		Note   string
		Tables []*CodeTable
	}
	if err := readJSON(fsys, name, &file); err != nil {
		return err
	}
	r.tables, r.tableBy = file.Tables, index[CodeTable]{}
	for _, t := range r.tables {
		if err := r.tableBy.add(t, t.Name); err != nil {
			return err
		}
		t.by = index[CodeItem]{}
		for i := range t.Items {
			item := &t.Items[i]
			if item.Code == "" || item.Name == "" {
				return fmt.Errorf("table %s: row %d has no code or no name", t.Name, i+1)
			}
			if err := t.by.add(item, append([]string{item.Code, item.Name}, item.Also...)...); err != nil {
				return fmt.Errorf("table %s: %w", t.Name, err)
			}
		}
	}
	for _, needed := range []string{"gender", "ethnicity", "education", "political"} {
		if _, ok := r.tableBy.find(needed); !ok {
			return fmt.Errorf("table %s is missing", needed)
		}
	}
	return nil
}

// index finds entries by words, which are folded by [foldKey].
type index[T any] map[string]*T

// add makes entry known under words. A word that already means another entry is
// an error; an empty one is left out.
func (x index[T]) add(entry *T, words ...string) error {
	for _, word := range words {
		key := foldKey(word)
		if key == "" {
			continue
		}
		if other, taken := x[key]; taken && other != entry {
			return fmt.Errorf("%q means two things", word)
		}
		x[key] = entry
	}
	return nil
}

func (x index[T]) find(word string) (*T, bool) {
	if entry, ok := x[word]; ok {
		return entry, true
	}
	entry, ok := x[foldKey(word)]
	return entry, ok
}

// readJSON reads one JSON value that fills the whole file and has no field that
// target does not know: a misspelt field name in the data is an error.
func readJSON(fsys fs.FS, name string, target any) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(target); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("there is something behind the JSON value")
	}
	return nil
}
