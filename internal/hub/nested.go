package hub

import "context"

// MediatorsOf answers a query over the mediators of an organisation, at the
// moment and day at which the organisation itself was asked for: whatever q says
// of these is replaced.
func (h *Hub) MediatorsOf(ctx context.Context, p *Principal, o *OrganizationView, q RosterQuery) (*Connection[*MediatorView], error) {
	id := o.Organization.ID
	if q.Filter.Organization != 0 && q.Filter.Organization != id {
		return nil, Invalid("filter.organization", "这里只列本组织的调解员，不能再按别的组织筛选。请去掉 filter.organization。")
	}
	q.Filter.Organization = id
	q.AsOf, q.On, q.day = AsOf{Revision: o.Moment.At}, 0, o.Moment.On
	if o.Moment.Listed {
		q.On = o.Moment.On
	}
	return h.Mediators(ctx, p, q)
}
