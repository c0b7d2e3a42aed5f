package hub

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// Class is a field's sharing class (政务数据共享条例). It stands on the field of
// the record as a tag, `share:"CONDITIONAL,contact"`, and on the field of the
// contract as a directive; a test holds the two together.
type Class string

// The classes.
const (
	Public      Class = "PUBLIC"      // 无条件共享
	Conditional Class = "CONDITIONAL" // 有条件共享: needs the scope that follows the comma
	SourceOnly  Class = "SOURCE_ONLY" // only whoever keeps the record
)

// Label returns the Chinese word for c.
func (c Class) Label() string {
	switch c {
	case Public:
		return "无条件共享"
	case Conditional:
		return "有条件共享"
	default:
		return "仅数源部门可见"
	}
}

// Sharing is the class of a field and, for CONDITIONAL, the scope that opens it.
type Sharing struct {
	Class Class
	Scope Scope
}

func parseSharing(tag string) (Sharing, bool) {
	class, scope, _ := strings.Cut(tag, ",")
	s := Sharing{Class(class), Scope(scope)}
	switch s.Class {
	case Public, SourceOnly:
		return s, s.Scope == ""
	case Conditional:
		return s, s.Scope != ""
	}
	return s, false
}

// Owner says who keeps a record.
type Owner struct {
	Kind     Kind
	Level    Level
	District string
	Court    string
}

// Keeps reports whether p keeps records of this owner: whoever keeps a record
// sees all of it.
func (p *Principal) Keeps(o Owner) bool {
	switch p.Role {
	case RoleSystem:
		return true
	case RoleCityAdmin:
		return o.Kind != KindInvitedListing && o.Level == LevelCity
	case RoleDistrictAdmin:
		return o.Kind != KindInvitedListing && o.Level == LevelDistrict && o.District == p.District
	case RoleCourtKeeper:
		return o.Kind == KindInvitedListing && o.Court == p.Court
	case RoleExpertKeeper:
		return o.Kind == KindExpert && o.Level == LevelCity
	}
	return false
}

// MayRead decides whether p may read a field of this sharing in a record of this
// owner by her office. It is the one place where that is decided; what agreements
// open besides, and only to a request that is written down, is in reading.go.
func (p *Principal) MayRead(s Sharing, o Owner) bool {
	switch s.Class {
	case Public:
		return true
	case Conditional:
		return p.Keeps(o) || p.Role == RoleCityAdmin
	default:
		return p.Keeps(o)
	}
}

// inScope reports whether one of p's scopes names the group s. A scope opens
// nothing by itself: it says for which fields of its agency's agreements a key is.
func (p *Principal) inScope(s Scope) bool {
	return slices.Contains(p.Scopes, s) || slices.Contains(p.Scopes, ScopeAll)
}

// SeesAllOf reports whether p reads fields of this sharing in every record,
// whoever keeps it. A request for a field that p could read nowhere is told so.
func (p *Principal) SeesAllOf(f SharedField) bool {
	return f.Class == Public || p.Role == RoleSystem ||
		f.Class == Conditional && (p.Role == RoleCityAdmin || p.agreedTo(f))
}

// SeesSomeOf reports whether there can be a record in which p reads fields of
// this sharing.
func (p *Principal) SeesSomeOf(f SharedField) bool {
	if p.SeesAllOf(f) {
		return true
	}
	switch p.Role {
	case RoleCityAdmin, RoleDistrictAdmin, RoleCourtKeeper, RoleExpertKeeper:
		return true
	}
	return false
}

// SharedField is a field of a record type and its sharing.
type SharedField struct {
	Type string // Mediator
	Name string
	Sharing
	index []int
}

// Path is the field in the contract's spelling, such as Mediator.phone.
func (f SharedField) Path() string { return f.Type + "." + contractName(f.Name) }

var sharedFields sync.Map // reflect.Type → []SharedField

// SharedFields lists the fields of a record type with their sharing, those of
// embedded structs included. It panics when a field has no class: a record
// without rules must not be served.
func SharedFields(t reflect.Type) []SharedField {
	if fields, ok := sharedFields.Load(t); ok {
		return fields.([]SharedField)
	}
	var fields []SharedField
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous {
			continue
		}
		s, ok := parseSharing(f.Tag.Get("share"))
		if !ok {
			panic(fmt.Sprintf("hub: %s.%s has no sharing class", t, f.Name))
		}
		fields = append(fields, SharedField{t.Name(), f.Name, s, f.Index})
	}
	sharedFields.Store(t, fields)
	return fields
}

// redacted returns a copy of *rec without what p may not read, and under an
// agreement without what the request does not ask for. rec points to a record
// whose fields all have a class.
func redacted[T any](p *Principal, o Owner, rec *T) *T {
	out := *rec
	v := reflect.ValueOf(&out).Elem()
	id := any(rec).(Record).RecordID()
	for _, f := range SharedFields(v.Type()) {
		if f.Class == Public || p.MayRead(f.Sharing, o) {
			continue
		}
		if value := v.FieldByIndex(f.index); !value.IsZero() && !p.takes(f, id, amongRecords) {
			value.SetZero()
		}
	}
	if e := entryOf(any(&out).(Record)); e != nil && !p.Keeps(o) {
		e.Events = withoutGrounds(e.Events)
	}
	return &out
}

// withoutGrounds leaves of moves what anybody may read: the status and its days. Why
// somebody was moved is the owner's, as it is in a [Decision]: what is said against
// a person is not published (domain.md §3).
func withoutGrounds(events []StatusEvent) []StatusEvent {
	if !slices.ContainsFunc(events, func(e StatusEvent) bool { return e.Ground != "" }) {
		return events
	}
	events = slices.Clone(events)
	for i := range events {
		events[i].Ground = ""
	}
	return events
}
