package hub

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// reading is what one request may read under the agreements of its caller's
// agency, and what it has been given. A field leaves the hub under an agreement
// only when the request asks for it, and then it is noted: what is noted and what
// was handed out cannot differ in the caller's favour.
type reading struct {
	requestID  string
	purpose    string             // as the request says; empty when it does not
	agreements map[string]Version // by the field that each opens, such as Person.mobile
	byKey      bool               // there is no agreement; the key's scopes alone open fields

	mu      sync.Mutex
	asked   map[string]bool // fields of records
	changes bool            // whether before and after of changes are asked for
	given   map[access]bool // since it was last written down
}

// access is one field of one record that left under an agreement.
type access struct {
	agreement ID // 0: by the key's scopes
	record    ID
	field     string
}

// Request is what a reader says of its request.
type Request struct {
	ID      string // under which operators find it
	Purpose string // why, in the caller's words; may be empty
}

// mostPurpose is how many characters of a purpose are kept.
const mostPurpose = 200

// Reader returns p as one request may read: with the agreements of p's agency that
// hold today, or, while the agency has never had one, with the scopes that the
// operator gave to the key. What the request asks for is said by [Principal.Ask];
// what it was given must be written down by [Hub.Account] before the answer leaves.
// What a reader may read does not change while its request runs.
func (h *Hub) Reader(ctx context.Context, p *Principal, q Request) (*Principal, error) {
	reader := *p
	reader.reading = nil
	if p.Role == RoleAnonymous || p.Role == RoleSystem || p.Agency == "" && len(p.Scopes) == 0 {
		return &reader, nil
	}
	if n := len([]rune(q.Purpose)); n > mostPurpose {
		return nil, Invalid("extensions.purpose", "查阅目的最多 %d 个字，这里有 %d 个。请精简。", mostPurpose, n)
	}
	r := &reading{requestID: q.ID, purpose: tidyLine(q.Purpose), agreements: map[string]Version{}, asked: map[string]bool{}, given: map[access]bool{}}
	err := h.withSnapshot(ctx, func(snap Snapshot) error {
		var ids []ID
		var err error
		if p.Agency != "" {
			ids, err = snap.Lookup(0, KindAgreement, KeyParty, p.Agency)
		}
		if err != nil || len(ids) == 0 {
			r.byKey = len(p.Scopes) > 0
			return err
		}
		versions, err := snap.Get(0, ids...)
		for _, v := range versions {
			agreement := v.Record.(*Agreement)
			if !agreement.HoldsOn(h.Today()) {
				continue
			}
			for _, field := range agreement.Fields {
				if _, known := r.agreements[field]; !known {
					r.agreements[field] = v
				}
			}
		}
		return err
	})
	if len(r.agreements) > 0 || r.byKey {
		reader.reading = r
	}
	return &reader, err
}

// Ask says that the request asks for a field of records.
func (p *Principal) Ask(field string) {
	if p.reading != nil {
		p.reading.asked[field] = true
	}
}

// AskChanges says that the request asks for what fields were before and after.
func (p *Principal) AskChanges() {
	if p.reading != nil {
		p.reading.changes = true
	}
}

// agreedTo reports whether a field is open to p by an agreement of p's agency. A
// key that names scopes is for those groups of fields only.
func (p *Principal) agreedTo(f SharedField) bool {
	if p.reading == nil || f.Class != Conditional || len(p.Scopes) > 0 && !p.inScope(f.Scope) {
		return false
	}
	if p.reading.byKey {
		return true
	}
	_, ok := p.reading.agreements[f.Path()]
	return ok
}

// takes reports whether the value of a field of a record is to be handed out under
// an agreement, and notes it.
func (p *Principal) takes(f SharedField, record ID, among func(*reading, string) bool) bool {
	if !p.agreedTo(f) || record == 0 {
		return false
	}
	r := p.reading
	r.mu.Lock()
	defer r.mu.Unlock()
	if !among(r, f.Path()) {
		return false
	}
	var agreement ID
	if !r.byKey {
		agreement = r.agreements[f.Path()].Record.RecordID()
	}
	r.given[access{agreement, record, f.Path()}] = true
	return true
}

func amongRecords(r *reading, field string) bool { return r.asked[field] }
func amongChanges(r *reading, _ string) bool     { return r.changes }

// Account writes down what p was given under agreements since it was last called:
// one entry an agreement, in one commit. What it cannot write down must not leave.
func (h *Hub) Account(ctx context.Context, p *Principal) error {
	r := p.reading
	if r == nil {
		return nil
	}
	r.mu.Lock()
	given := r.given
	r.given = map[access]bool{}
	r.mu.Unlock()
	if len(given) == 0 {
		return nil
	}
	at := h.now().UTC()
	batch := Batch{Origin: Origin{Actor: p.ID, Authority: p.authority(), Reason: "依协议查阅"}, At: at}
	for _, a := range r.entries(p, at, given) {
		a.ID = h.store.NextID(KindAccess)
		batch.Puts = append(batch.Puts, Put{Record: a})
	}
	_, err := h.store.Apply(ctx, batch)
	return err
}

// entries sorts what was given by agreement, and within it by the fields that
// records gave alike.
func (r *reading) entries(p *Principal, at time.Time, given map[access]bool) []*Access {
	fields := map[[2]ID][]string{} // agreement and record
	for a := range given {
		place := [2]ID{a.agreement, a.record}
		fields[place] = append(fields[place], a.field)
	}
	versions := map[ID]Version{}
	for _, v := range r.agreements {
		versions[v.Record.RecordID()] = v
	}
	entries := map[ID]*Access{}
	groups := map[ID]map[string]int{}
	places := slices.SortedFunc(maps.Keys(fields), func(a, b [2]ID) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	for _, place := range places {
		agreement := place[0]
		a := entries[agreement]
		if a == nil {
			a = &Access{At: at, Actor: p.ID, Name: p.Name, Role: p.Role, Agency: p.Agency, RequestID: Shorten(r.requestID), Purpose: r.purpose, Agreement: agreement, Terms: versions[agreement].Revision}
			entries[agreement], groups[agreement] = a, map[string]int{}
		}
		names := fields[place]
		slices.Sort(names)
		key := strings.Join(names, " ")
		i, ok := groups[agreement][key]
		if !ok {
			i = len(a.Reads)
			groups[agreement][key] = i
			a.Reads = append(a.Reads, AccessGroup{Fields: names})
		}
		a.Reads[i].Records = append(a.Reads[i].Records, place[1])
	}
	return slices.SortedFunc(maps.Values(entries), func(a, b *Access) int { return cmp.Compare(a.Agreement, b.Agreement) })
}
