package graph

import (
	"context"

	"concord/graph/model"
	"concord/internal/hub"
)

// Sheets online: uploads and reports come by plain HTTP, everything between them
// is asked here.

func (r queryResolver) SheetJob(ctx context.Context, id string) (*hub.SheetJobView, error) {
	parsed, err := hub.ParseID(id)
	if err != nil {
		return nil, err
	}
	job, err := r.hub.SheetJob(ctx, principal(ctx), parsed)
	if hub.CodeOf(err) == hub.CodeNotFound {
		return nil, nil
	}
	return job, err
}

func (r queryResolver) SheetJobs(ctx context.Context, state []hub.SheetState, first *int, after *string) (*model.SheetJobConnection, error) {
	return r.hub.SheetJobs(ctx, principal(ctx), hub.SheetJobsQuery{State: state, Page: hub.PageArgs{First: first, After: after}})
}

func (r queryResolver) SheetExports(ctx context.Context, first *int, after *string) (*model.SheetExportConnection, error) {
	return r.hub.SheetExports(ctx, principal(ctx), hub.PageArgs{First: first, After: after})
}

func (r mutationResolver) ConfirmImport(ctx context.Context, input hub.ConfirmImportInput) (*model.SheetJobPayload, error) {
	return model.SheetJob(r.hub.ConfirmImport(ctx, principal(ctx), input))
}

func (r mutationResolver) CancelImport(ctx context.Context, input hub.CancelImportInput) (*model.SheetJobPayload, error) {
	return model.SheetJob(r.hub.CancelImport(ctx, principal(ctx), input))
}

func (r sheetJobResolver) Rows(ctx context.Context, job *hub.SheetJobView, outcome *hub.ImportOutcome, first *int, after *string) (*model.SheetRowConnection, error) {
	return r.hub.SheetRowsOf(ctx, job, given(outcome), hub.PageArgs{First: first, After: after})
}

func (r sheetJobResolver) Notices(_ context.Context, job *hub.SheetJobView) ([]*hub.ImportProblem, error) {
	said, err := r.hub.SaidOf(job)
	return pointers(said.Notices), err
}
