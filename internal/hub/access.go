package hub

import (
	"context"
	"slices"
	"sort"
	"strings"
	"time"
)

// Access 查阅记录 is what one request was given under one agreement. It stands in
// the log, chained like everything else, and never in the change feed.
type Access struct {
	ID        ID            `cbor:"1,keyasint"`
	At        time.Time     `cbor:"2,keyasint"`
	Actor     string        `cbor:"3,keyasint"` // principal id
	Name      string        `cbor:"4,keyasint,omitempty"`
	Role      Role          `cbor:"5,keyasint"`
	Agency    string        `cbor:"6,keyasint"`
	Agreement ID            `cbor:"7,keyasint,omitempty" names:"kept"` // 0: by the key's scopes, while the agency had no agreement
	Terms     Revision      `cbor:"8,keyasint,omitempty"`              // the version of the agreement that held
	RequestID string        `cbor:"9,keyasint,omitempty"`
	Reads     []AccessGroup `cbor:"10,keyasint"`
	Purpose   string        `cbor:"11,keyasint,omitempty"` // what the request was for, as its sender says
}

// AccessGroup is the records that gave the same fields.
type AccessGroup struct {
	Fields  []string `cbor:"1,keyasint"`              // Person.mobile, sorted
	Records []ID     `cbor:"2,keyasint" names:"kept"` // ascending
}

// RecordID returns the id.
func (a *Access) RecordID() ID { return a.ID }

// Facts returns the key under which an agency's accesses are found.
func (a *Access) Facts() Facts { return Facts{Keys: []Key{{KeyParty, a.Agency, false}}} }

// AccessView is an access with its agency, the agreement as it was, and what was
// read.
type AccessView struct {
	*Access
	Agency    *Agency
	Agreement *AgreementView // nil: by the key's scopes
	Basis     string
	Reads     []AccessGroupView
}

// AccessGroupView is a group with its records, as they are now and as far as they
// are public.
type AccessGroupView struct {
	Fields  []string
	Records []Node
}

// scopesBasis is the basis of reads by a key whose agency has no agreement.
const scopesBasis = "密钥签发时授予的范围"

// AccessFilter narrows the accesses.
type AccessFilter struct {
	Agency    []string // codes or names
	Record    *ID      // of a person, a listing or an organisation
	Field     *string  // Person.mobile
	Agreement *ID
	From, To  *Date // days in China, both within

	records []ID // any of these, and of others nothing; see [Hub.PersonalAccesses]
}

func (f *AccessFilter) matches(a *Access) bool {
	if f.Agreement != nil && a.Agreement != *f.Agreement {
		return false
	}
	return slices.ContainsFunc(a.Reads, func(g AccessGroup) bool {
		if f.Field != nil && !slices.Contains(g.Fields, *f.Field) {
			return false
		}
		if f.records != nil && !slices.ContainsFunc(g.Records, func(id ID) bool { return slices.Contains(f.records, id) }) {
			return false
		}
		return f.Record == nil || slices.Contains(g.Records, *f.Record)
	})
}

// accessChunk is how many accesses are looked at in one pass.
const accessChunk = 200

// AccessLog returns a page of the accesses that p may see, the newest first. A
// page looks at [mostScanned] accesses and may be short, or empty, and still have a
// next one.
func (h *Hub) AccessLog(ctx context.Context, p *Principal, filter AccessFilter, page PageArgs) (*Connection[*AccessView], error) {
	codes, err := h.partiesFor(p, filter.Agency)
	if err != nil {
		return nil, err
	}
	return h.accesses(ctx, p, codes, filter, page)
}

// accesses returns a page of the accesses of agencies; nil stands for all.
func (h *Hub) accesses(ctx context.Context, p *Principal, codes []string, filter AccessFilter, page PageArgs) (*Connection[*AccessView], error) {
	if filter.Field != nil && !slices.Contains(ConditionalFields, *filter.Field) {
		return nil, Invalid("filter.field", "“%s”不是有条件共享的字段。可选：%s。", Shorten(*filter.Field), strings.Join(ConditionalFields, "、"))
	}
	var from, to Date
	if filter.From != nil {
		from = *filter.From
	}
	if filter.To != nil {
		to = *filter.To
	}
	walk, err := backwardsFrom(page, "accessLog", codes, given(filter.Record), given(filter.Field), given(filter.Agreement), from, to, filter.records)
	if err != nil {
		return nil, err
	}
	if codes == nil {
		codes = []string{""} // keys of no agency
		for _, agency := range h.reference.Agencies() {
			codes = append(codes, agency.Code)
		}
	}
	conn := &Connection[*AccessView]{TotalCount: -1}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		conn.Revision = snap.Revision()
		var ids []ID
		for _, code := range codes {
			found, err := snap.Lookup(0, KindAccess, KeyParty, code)
			if err != nil {
				return err
			}
			ids = append(ids, found...)
		}
		slices.Sort(ids)
		if walk.after != 0 {
			end, _ := slices.BinarySearch(ids, walk.after)
			ids = ids[:end]
		}
		if to != 0 { // ids are handed out in the order of time
			var fault error
			ids = ids[:sort.Search(len(ids), func(i int) bool {
				v, err := snap.Get(0, ids[i])
				if err != nil {
					fault = err
					return true
				}
				return Today(v[0].At) > to
			})]
			if fault != nil {
				return fault
			}
		}
		conn.HasPreviousPage = walk.after != 0
		if err := h.accessPage(snap, conn, ids, filter, from, walk); err != nil {
			return err
		}
		return h.showReads(snap, p, conn)
	})
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// accessPage fills a page from the end of ids.
func (h *Hub) accessPage(snap Snapshot, conn *Connection[*AccessView], ids []ID, filter AccessFilter, from Date, walk backwards) error {
	for scanned := 0; len(ids) > 0; {
		chunk := ids[max(0, len(ids)-accessChunk):]
		ids = ids[:len(ids)-len(chunk)]
		versions, err := snap.Get(0, chunk...)
		if err != nil {
			return err
		}
		for _, v := range slices.Backward(versions) {
			a := v.Record.(*Access)
			if from != 0 && Today(v.At) < from {
				return nil
			}
			matches := filter.matches(a)
			if matches && len(conn.Edges) == walk.limit || scanned == mostScanned {
				conn.HasNextPage = true
				return nil
			}
			scanned++
			if cursor := walk.cursor(a.ID); !matches {
				conn.end = &cursor
				continue
			}
			conn.end = nil
			if filter.records != nil {
				a = a.only(filter.records)
			}
			view, err := h.accessView(snap, a)
			if err != nil {
				return err
			}
			conn.Edges = append(conn.Edges, ConnectionEdge[*AccessView]{Node: view, Cursor: walk.cursor(a.ID)})
		}
	}
	return nil
}

func (h *Hub) accessView(snap Snapshot, a *Access) (*AccessView, error) {
	view := &AccessView{Access: a, Basis: scopesBasis}
	view.Agency, _ = h.reference.AgencyByCode(a.Agency)
	if a.Agreement == 0 {
		return view, nil
	}
	versions, err := snap.Get(a.Terms, a.Agreement)
	if err == nil && versions[0].Record != nil {
		view.Agreement = h.agreementView(versions[0])
		view.Basis = view.Agreement.Basis
	}
	return view, err
}

// showReads puts the records into a page, all of them in one read.
func (h *Hub) showReads(snap Snapshot, p *Principal, conn *Connection[*AccessView]) error {
	var ids []ID
	for _, edge := range conn.Edges {
		for _, g := range edge.Node.Access.Reads {
			ids = append(ids, g.Records...)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	auditor := *p // this is no further access
	auditor.reading = nil
	nodes, err := h.views(snap, &auditor, Moment{On: h.Today()}, ids)
	if err != nil {
		return err
	}
	for _, edge := range conn.Edges {
		for _, g := range edge.Node.Access.Reads {
			view := AccessGroupView{Fields: g.Fields, Records: make([]Node, 0, len(g.Records))}
			for _, id := range g.Records {
				if at, ok := slices.BinarySearch(ids, id); ok && nodes[at] != nil {
					view.Records = append(view.Records, nodes[at])
				}
			}
			edge.Node.Reads = append(edge.Node.Reads, view)
		}
	}
	return nil
}

// backwards is a page of a list that runs from the newest id to the oldest.
type backwards struct {
	question [6]byte
	limit    int
	after    ID // 0: from the newest
	asOf     AsOf
}

func backwardsFrom(page PageArgs, question ...any) (b backwards, err error) {
	limit, backward, err := page.check()
	if err != nil {
		return b, err
	}
	if backward {
		return b, Invalid("last", "本列表由新到旧，只能用 first 和 after 翻页。")
	}
	b = backwards{question: fingerprint(question...), limit: limit}
	if page.After != nil {
		place, err := decodeCursor("after", *page.After, b.question)
		if err != nil {
			return b, err
		}
		if len(place) != 8 {
			return b, Invalid("after", "翻页的位置（游标）无效。请从第一页重新开始。")
		}
		b.after = decodeID(place)
	}
	return b, nil
}

func (b backwards) cursor(id ID) string { return encodeCursor(b.question, encodeID(id)) }

func given[T any](v *T) (zero T) {
	if v == nil {
		return zero
	}
	return *v
}
