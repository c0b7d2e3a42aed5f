package hub

import (
	"context"
	"slices"
)

// PersonalData is what the hub holds of one person, for whoever keeps a listing of
// hers: to hand it to her when she asks (个人信息保护法 Art. 45), and to see what is
// to be corrected (Art. 46). Listings and changes are the person's own fields; who
// was given what of them stands in the accesses.
type PersonalData struct {
	Person     *PersonView // as the keeper of her listing reads it
	NumberHeld bool        // whether an identity number is kept, sealed; nobody is given it
	records    []ID        // she herself, whoever was merged into her, and all listings
}

// PersonalData returns what the hub holds of a person, nil when there is none.
func (h *Hub) PersonalData(ctx context.Context, p *Principal, id ID) (*PersonalData, error) {
	if id.Kind() != KindPerson {
		return nil, Invalid("id", "编号“%s”不是自然人的 id。", id)
	}
	if len(p.receives()) == 0 && p.Role != RoleSystem {
		return nil, Forbidden("%s不能调取个人信息：本人的查阅、更正请求由名册的主管单位办理。", p.Role.Label())
	}
	var data *PersonalData
	err := h.withSnapshot(ctx, func(snap Snapshot) error {
		versions, err := snap.Get(0, id)
		if err != nil || versions[0].Record == nil {
			return err
		}
		person := versions[0].Record.(*Person)
		records := append([]ID{id}, person.Absorbed...)
		var keeps *Owner
		for _, kind := range listingKinds {
			ids, err := snap.Lookup(0, kind, KeyPerson, id.String())
			if err != nil {
				return err
			}
			listings, err := snap.Get(0, ids...)
			if err != nil {
				return err
			}
			for _, l := range listings {
				if owner := ownerOf(l.Record); p.Keeps(owner) {
					keeps = &owner
				}
			}
			records = append(records, ids...)
		}
		if keeps == nil {
			return Forbidden("此人不在您主管的名册中，个人信息由其名册的主管单位调取。")
		}
		v := &viewer{hub: h, p: p, moment: Moment{On: h.Today()}}
		data = &PersonalData{Person: v.personView(versions[0], *keeps), NumberHeld: person.Identity.Hash != "", records: records}
		return nil
	})
	return data, err
}

// PersonalAccesses returns a page of the accesses under which something of the
// person left the hub, the newest first, with nothing of anybody else.
func (h *Hub) PersonalAccesses(ctx context.Context, p *Principal, d *PersonalData, page PageArgs) (*Connection[*AccessView], error) {
	return h.accesses(ctx, p, nil, AccessFilter{records: d.records}, page)
}

// only returns an access without what was read of other records.
func (a *Access) only(records []ID) *Access {
	narrowed := *a
	narrowed.Reads = nil
	for _, g := range a.Reads {
		g.Records = slices.DeleteFunc(slices.Clone(g.Records), func(id ID) bool { return !slices.Contains(records, id) })
		if len(g.Records) > 0 {
			narrowed.Reads = append(narrowed.Reads, g)
		}
	}
	return &narrowed
}
