package hub

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Cause is a cause of action 案由 of the Supreme People's Court's list for labour
// and personnel disputes, in one version of that list.
type Cause struct {
	Code       string     // 205, or 205-5 for what is printed as 205 (5)
	Name       string     // 追索劳动报酬纠纷
	FullName   string     // 劳动争议/劳动合同纠纷/追索劳动报酬纠纷
	Version    string     // SPC-2020, SPC-2025
	ParentCode string     // 205 for 205-5
	Group      CauseGroup //
	ValidFrom  Date       //
	ValidTo    Date       // inclusive; 0 while in force
}

// CauseGroup is a heading of the list above its causes.
type CauseGroup struct {
	Ordinal string // 十九
	Name    string // 劳动争议
	Outside string // the other part of the list to which the group belongs, for a related cause; else ""
}

// CauseVersion is one version of the list.
type CauseVersion struct {
	Version   string // SPC-2025
	Doc       string // 法〔2025〕226号
	Part      string // heading of the part that the hub holds
	ValidFrom Date
	ValidTo   Date // inclusive; 0 while in force

	causes []*Cause
	byName index[Cause]
}

// ArbitrationHead is one of the six heads of dispute by which the labour side
// sorts its cases (劳动争议调解仲裁法 Art. 2): a second scheme beside the courts'.
type ArbitrationHead struct {
	Code   string   // ART2-1
	Name   string   // 确认劳动关系
	Causes []*Cause // what belongs under it, in the newest version of the list
}

// causeLists are all versions of the list and what leads from one to another.
type causeLists struct {
	versions []*CauseVersion // ascending
	byCode   map[string]*Cause
	next     map[string]string // code → code in the following version
	previous map[string]string
	heads    []*ArbitrationHead
	headsOf  map[string][]*ArbitrationHead // by code in the newest version
}

// CauseVersions returns the versions of the list, the oldest first.
func (r *Reference) CauseVersions() []*CauseVersion { return r.causeLists.versions }

// Cause finds a cause by its code, whichever version it belongs to: 205, 205-5 or
// 205(5). Codes of different versions never coincide.
func (r *Reference) Cause(code string) (*Cause, bool) {
	c, ok := r.causeLists.byCode[code]
	if !ok {
		code = strings.TrimSuffix(strings.Replace(foldKey(code), "(", "-", 1), ")")
		c, ok = r.causeLists.byCode[code]
	}
	return c, ok
}

// CauseByName finds a cause by name in the version in force on a day, or in the
// newest one when on is 0: the name with or without 纠纷, alone or behind its
// parent's or its group's name.
func (r *Reference) CauseByName(name string, on Date) (*Cause, bool) {
	v := r.causeLists.on(on)
	if v == nil {
		return nil, false
	}
	return v.byName.find(name)
}

// CausesOn returns the causes in force on a day in the order of the list, or
// those of the newest version when on is 0. There are none before 2021, for older
// lists are not held.
func (r *Reference) CausesOn(on Date) []*Cause {
	v := r.causeLists.on(on)
	if v == nil {
		return nil
	}
	return v.causes
}

// CauseChildren returns the causes directly below code.
func (r *Reference) CauseChildren(code string) []*Cause {
	parent, ok := r.Cause(code)
	if !ok {
		return nil
	}
	var children []*Cause
	for _, c := range r.causeLists.version(parent.Version).causes {
		if c.ParentCode == parent.Code {
			children = append(children, c)
		}
	}
	return children
}

// MapCause returns what the cause of that code is called in another version of
// the list. It is false when that version has no counterpart, as for the causes
// that 2025 added.
func (r *Reference) MapCause(code, toVersion string) (*Cause, bool) {
	lists := &r.causeLists
	c, ok := r.Cause(code)
	if !ok {
		return nil, false
	}
	from, to := lists.place(c.Version), lists.place(toVersion)
	if to < 0 {
		return nil, false
	}
	code = c.Code
	for ; from < to; from++ {
		if code, ok = lists.next[code]; !ok {
			return nil, false
		}
	}
	for ; from > to; from-- {
		if code, ok = lists.previous[code]; !ok {
			return nil, false
		}
	}
	return lists.byCode[code], true
}

// ArbitrationHeads returns the six heads in the order of the law.
func (r *Reference) ArbitrationHeads() []*ArbitrationHead { return r.causeLists.heads }

// HeadsOfCause returns the heads under which a cause of any version falls; some
// fall under two, and one that was not mapped under none.
func (r *Reference) HeadsOfCause(code string) []*ArbitrationHead {
	lists := &r.causeLists
	c, ok := r.MapCause(code, lists.versions[len(lists.versions)-1].Version)
	if !ok {
		return nil
	}
	return lists.headsOf[c.Code]
}

func (l *causeLists) place(version string) int {
	return slices.IndexFunc(l.versions, func(v *CauseVersion) bool { return v.Version == version })
}

func (l *causeLists) version(name string) *CauseVersion { return l.versions[l.place(name)] }

func (l *causeLists) on(d Date) *CauseVersion {
	if d == 0 {
		return l.versions[len(l.versions)-1]
	}
	for _, v := range l.versions {
		if (Term{v.ValidFrom, v.ValidTo}).Contains(d) {
			return v
		}
	}
	return nil
}

// causesFile is the shape of causes.json.
type causesFile struct {
	Source   string
	Versions []causesFileVersion
	Maps     []struct {
		From, To string
		Pairs    []struct{ From, To string }
	}
	Arbitration struct {
		Scheme, Doc, Note string
		ValidFrom         Date
		Heads             []struct {
			Code, Name string
			Causes     []string
		}
	}
}

type causesFileVersion struct {
	Version, Doc, Part string
	ValidFrom, ValidTo Date
	Groups             []struct {
		Ordinal, Name, Outside string
		Causes                 []struct{ Code, Name, Parent string }
	}
}

func (l *causeLists) load(fsys fs.FS, name string) error {
	var file causesFile
	if err := readJSON(fsys, name, &file); err != nil {
		return err
	}
	if len(file.Versions) == 0 {
		return errors.New("there is no version of the list")
	}
	l.byCode = map[string]*Cause{}
	var terms []Term
	for _, fv := range file.Versions {
		v, err := l.makeVersion(fv)
		if err != nil {
			return fmt.Errorf("version %s: %w", fv.Version, err)
		}
		l.versions = append(l.versions, v)
		terms = append(terms, Term{v.ValidFrom, v.ValidTo})
	}
	if err := CheckTerms(terms); err != nil {
		return fmt.Errorf("versions: %w", err)
	}
	if !slices.IsSortedFunc(terms, func(a, b Term) int { return int(a.Start - b.Start) }) {
		return errors.New("versions are not in ascending order")
	}
	return errors.Join(l.loadMaps(&file), l.loadHeads(&file))
}

func (l *causeLists) makeVersion(fv causesFileVersion) (*CauseVersion, error) {
	if fv.Version == "" || fv.ValidFrom == 0 {
		return nil, errors.New("name or first day is missing")
	}
	v := &CauseVersion{
		Version: fv.Version, Doc: fv.Doc, Part: fv.Part,
		ValidFrom: fv.ValidFrom, ValidTo: fv.ValidTo, byName: index[Cause]{},
	}
	for _, g := range fv.Groups {
		group := CauseGroup{Ordinal: g.Ordinal, Name: g.Name, Outside: g.Outside}
		for _, fc := range g.Causes {
			c := &Cause{
				Code: fc.Code, Name: fc.Name, Version: v.Version, ParentCode: fc.Parent,
				Group: group, ValidFrom: v.ValidFrom, ValidTo: v.ValidTo,
			}
			if c.Code == "" || c.Name == "" {
				return nil, fmt.Errorf("cause %q: code or name is missing", c.Code)
			}
			if _, taken := l.byCode[c.Code]; taken {
				return nil, fmt.Errorf("cause %s: the code is there twice", c.Code)
			}
			path := c.Name
			if c.ParentCode != "" {
				parent, ok := l.byCode[c.ParentCode]
				if !ok || parent.Version != v.Version {
					return nil, fmt.Errorf("cause %s: parent %q does not stand before it", c.Code, c.ParentCode)
				}
				path = parent.Name + "/" + path
			}
			c.FullName = group.Name + "/" + path
			l.byCode[c.Code] = c
			v.causes = append(v.causes, c)
			if err := v.byName.add(c, c.Name, strings.TrimSuffix(c.Name, "纠纷"), path, c.FullName); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}

func (l *causeLists) loadMaps(file *causesFile) error {
	l.next, l.previous = map[string]string{}, map[string]string{}
	for _, m := range file.Maps {
		from, to := l.place(m.From), l.place(m.To)
		if from < 0 || to != from+1 {
			return fmt.Errorf("map %s to %s: not a version and the one that follows it", m.From, m.To)
		}
		for _, p := range m.Pairs {
			old, okOld := l.byCode[p.From]
			now, okNow := l.byCode[p.To]
			if !okOld || !okNow || old.Version != m.From || now.Version != m.To {
				return fmt.Errorf("map %s to %s: pair %s to %s: no such causes", m.From, m.To, p.From, p.To)
			}
			if l.next[p.From] != "" || l.previous[p.To] != "" {
				return fmt.Errorf("map %s to %s: pair %s to %s: not one to one", m.From, m.To, p.From, p.To)
			}
			l.next[p.From], l.previous[p.To] = p.To, p.From
		}
	}
	return nil
}

func (l *causeLists) loadHeads(file *causesFile) error {
	newest := l.versions[len(l.versions)-1]
	l.headsOf = map[string][]*ArbitrationHead{}
	for _, fh := range file.Arbitration.Heads {
		head := &ArbitrationHead{Code: fh.Code, Name: fh.Name}
		for _, code := range fh.Causes {
			c, ok := l.byCode[code]
			if !ok || c.Version != newest.Version {
				return fmt.Errorf("head %s: cause %s is not in %s", fh.Code, code, newest.Version)
			}
			head.Causes = append(head.Causes, c)
			l.headsOf[code] = append(l.headsOf[code], head)
		}
		l.heads = append(l.heads, head)
	}
	return nil
}
