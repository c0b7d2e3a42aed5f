package graph

import (
	"context"

	"concord/graph/model"
	"concord/internal/hub"
)

func (r queryResolver) Checklists(ctx context.Context) ([]*hub.ChecklistView, error) {
	return r.hub.Checklists(ctx, hub.AsOf{})
}

func (r queryResolver) Measures(ctx context.Context, filter *hub.MeasureFilter, asOf *hub.AsOf, first *int, after *string, last *int, before *string) (*model.MeasureConnection, error) {
	page := hub.PageArgs{First: first, Last: last, After: after, Before: before}
	return r.hub.Measures(ctx, given(filter), page, given(asOf))
}

func (r checklistResolver) Title(_ context.Context, c *hub.ChecklistView) (string, error) {
	return c.Checklist.Title, nil
}

func (r checklistResolver) Sections(_ context.Context, c *hub.ChecklistView) ([]*model.Section, error) {
	return pointers(model.Sections(c)), nil
}

func (r measureResolver) Section(_ context.Context, m *hub.MeasureView) (*model.Section, error) {
	section := model.SectionOf(m)
	return &section, nil
}

func (r measureResolver) Group(_ context.Context, m *hub.MeasureView) (*model.Group, error) {
	group := model.GroupOf(m)
	return &group, nil
}

func (r measureResolver) Task(_ context.Context, m *hub.MeasureView) (*model.Task, error) {
	task := model.TaskOf(m)
	return &task, nil
}

func (r responsibleAgencyResolver) Agency(_ context.Context, a *hub.ResponsibleAgency) (*hub.Agency, error) {
	agency, _ := r.hub.Reference().AgencyByCode(a.AgencyCode)
	return agency, nil
}

func (r measureResolver) Progress(ctx context.Context, m *hub.MeasureView, first *int, after *string) (*model.ProgressNoteConnection, error) {
	return r.hub.Progress(ctx, m.ID, hub.PageArgs{First: first, After: after})
}

func (r measureResolver) ProgressStatus(ctx context.Context, m *hub.MeasureView, on *hub.Date, dueWithin *int) (hub.MeasureStatus, error) {
	return r.hub.MeasureStatus(ctx, m, hub.StatusQuery{On: given(on), Within: dueWithin})
}

func (r measureResolver) Rosters(ctx context.Context, m *hub.MeasureView, on *hub.Date) ([]*hub.LinkedRoster, error) {
	rosters, err := r.hub.LinkedRosters(ctx, m, given(on))
	return pointers(rosters), err
}
