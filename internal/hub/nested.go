package hub

import "context"

// MediatorsOf answers a query over the mediators of an organisation, at the
// moment and day at which the organisation itself was asked for: whatever q says
// of these is replaced.
func (h *Hub) MediatorsOf(ctx context.Context, p *Principal, o *OrganizationView, q RosterQuery) (*Connection[*MediatorView], error) {
	if q.Filter.Organization != 0 && q.Filter.Organization != o.Organization.ID {
		return nil, Invalid("filter.organization", "这里只列本组织的调解员，不能再按别的组织筛选。请去掉 filter.organization。")
	}
	return h.Mediators(ctx, p, o.within(q))
}

// BranchesOf answers a query over the branches of an organisation, in the same way.
func (h *Hub) BranchesOf(ctx context.Context, p *Principal, o *OrganizationView, q RosterQuery) (*Connection[*OrganizationView], error) {
	if q.Filter.Organization != 0 && q.Filter.Organization != o.Organization.ID {
		return nil, Invalid("filter.parent", "这里只列本组织的分支机构，不能再按别的上级组织筛选。请去掉 filter.parent。")
	}
	return h.Organizations(ctx, p, o.within(q))
}

// within narrows a query to what belongs to the organisation, at its moment.
func (o *OrganizationView) within(q RosterQuery) RosterQuery {
	q.Filter.Organization = o.Organization.ID
	q.AsOf, q.On, q.day = AsOf{Revision: o.Moment.At}, 0, o.Moment.On
	if o.Moment.Listed {
		q.On = o.Moment.On
	}
	return q
}

// ParentOf returns the organisation above one, at the same moment; nil for none.
func (h *Hub) ParentOf(ctx context.Context, p *Principal, o *OrganizationView) (parent *OrganizationView, err error) {
	if o.ParentID == 0 {
		return nil, nil
	}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		nodes, err := h.views(snap, p, o.Moment, []ID{o.ParentID})
		if err == nil {
			parent, _ = nodes[0].(*OrganizationView)
		}
		return err
	})
	return parent, err
}
