package hub

import (
	"context"
)

// SheetUpload is a sheet that has been received and looks like one.
type SheetUpload struct {
	Roster     Kind
	FileName   string
	Size       int
	Duplicates bool
	// Keep makes the file that of the job.
	Keep func(ID) error
}

// mostOpenSheets is how many of one caller's jobs may wait at a time.
const mostOpenSheets = 20

// MayUpload says whether p may upload a sheet for a roster at all, before anything
// of it is received. Of the rows, those that p does not keep are refused one by
// one.
func (h *Hub) MayUpload(ctx context.Context, p *Principal, roster Kind) error {
	switch {
	case h.sheets.files == nil:
		return &Error{Code: CodeBusy, Message: "本机没有启用在线导入。"}
	case p.Role == RoleAnonymous:
		return &Error{Code: CodeUnauthenticated, Message: "上传名册须表明身份。请登录；程序请在 Authorization 请求头中带上本单位的密钥。"}
	case rostersOf[roster] == nil:
		return Invalid("kind", "%s不是按表格导入的名册。", roster.Label())
	case !p.imports(roster):
		return Forbidden("%s不能导入%s名册。请由名册的主管单位办理。", p.Role.Label(), roster.Label())
	}
	return h.withSnapshot(ctx, func(snap Snapshot) error {
		ids, err := snap.Lookup(0, KindSheetJob, KeySender, p.ID)
		if err != nil {
			return err
		}
		versions, err := snap.Get(0, ids...)
		open := 0
		for _, v := range versions {
			if !v.Record.(*SheetJob).State.ended() {
				open++
			}
		}
		if err == nil && open >= mostOpenSheets {
			return &Error{Code: CodeBusy, Message: "您有 20 个导入任务尚未结束。请先确认或取消其中一些，再上传新的表格。"}
		}
		return err
	})
}

// NoteRefusedUpload writes down in the audit that a sheet was not taken.
func (h *Hub) NoteRefusedUpload(ctx context.Context, p *Principal, code, message string) error {
	return h.noteAttempt(ctx, p, "UPLOAD_SHEET", 0, UserError{Code: code, Message: message})
}

// SubmitSheet takes a sheet that was received; its plan is made in the background.
func (h *Hub) SubmitSheet(ctx context.Context, p *Principal, u SheetUpload) (*SheetJobView, error) {
	if err := h.MayUpload(ctx, p, u.Roster); err != nil {
		return nil, err
	}
	if err := h.standing(ctx, p); err != nil {
		return nil, h.noteEnded(ctx, p, "UPLOAD_SHEET", 0, err)
	}
	name := tidyLine(u.FileName)
	if name == "" || len([]rune(name)) > mostLine {
		return nil, Invalid("name", "请给出文件名（1 至 %d 个字）。", mostLine)
	}
	at := h.now().UTC()
	job := &SheetJob{
		ID: h.store.NextID(KindSheetJob), Roster: u.Roster, FileName: concealIDs(name), Size: u.Size, State: SheetPlanning,
		By: sheetCaller(p), UploadedAt: at, Duplicates: u.Duplicates,
	}
	h.sheets.taking.RLock()
	defer h.sheets.taking.RUnlock()
	if err := u.Keep(job.ID); err != nil {
		return nil, err
	}
	first, err := h.store.Apply(ctx, Batch{Origin: jobOrigin(job, "上传表格 "+job.FileName), At: at, Puts: []Put{{Record: job}}})
	if err != nil {
		_ = h.sheets.files.RemoveUpload(job.ID) // else the next start removes it
		return nil, err
	}
	h.sheets.wakePlanner()
	return h.sheetView(Version{job, first, at}), nil
}

func jobOrigin(j *SheetJob, reason string) Origin {
	return Origin{Actor: j.By.ID, Authority: j.By.principal().authority(), Reason: reason, ImportID: j.ImportID}
}

// ConfirmImportInput confirms a plan. ID of the Write is the job's; Expected stays
// zero, the hash of the plan says what the caller has seen.
type ConfirmImportInput struct {
	Write
	PlanHash string
}

// ConfirmImport lets a plan be written, if it is still what would be written. When
// the roster moved on so that it is not, the refusal is PLAN_STALE, and the job
// that is answered holds the plan as it is now.
func (h *Hub) ConfirmImport(ctx context.Context, p *Principal, in ConfirmImportInput) (*Written, error) {
	if err := h.renewPlan(ctx, p, in); err != nil {
		return nil, err
	}
	out, err := h.write(ctx, p, "CONFIRM_IMPORT", in.Write, in, func(w *writing) error {
		job, v, err := w.loadSheet(in.ID, false)
		if err != nil || w.refused() {
			return err
		}
		switch {
		case job.State != SheetPlanned:
			w.refuse("id", RefusalNotPlanned, Conflict("这个任务%s，不能确认。", job.State.Label()))
		case in.PlanHash != job.PlanHash:
			w.refuse("planHash", RefusalPlanStale, Conflict("名册已有变动，或计划已经重新生成：您确认的不是现在的计划。请查看新计划后再确认（接口须用新的 planHash）；没有写入任何内容。"))
		case job.Counts.New+job.Counts.Changed == 0:
			w.refuse("id", RefusalNotPlanned, Invalid("id", "这份计划没有可写入的行，不需要确认。"))
		}
		if w.refused() {
			return nil
		}
		next := *job
		next.State, next.Reason, next.Confirmed, next.Stale = SheetConfirmed, tidyLine(in.Reason), h.now().UTC(), false
		next.By = sheetCaller(p)
		w.put(&next, v.Revision)
		return nil
	})
	if err == nil && len(out.Errors) == 0 && !in.Preview {
		h.sheets.wakeWriter()
	}
	return out, err
}

// CancelImportInput gives a job up.
type CancelImportInput struct{ Write }

// CancelImport ends a job that has not ended. What was written stays: a batch is
// durable together with the job's own account of it, so that the answer says
// exactly which rows are. Besides the uploader, the city's administrators may.
func (h *Hub) CancelImport(ctx context.Context, p *Principal, in CancelImportInput) (*Written, error) {
	out, err := h.write(ctx, p, "CANCEL_IMPORT", in.Write, in, func(w *writing) error {
		job, v, err := w.loadSheet(in.ID, true)
		if err != nil || w.refused() {
			return err
		}
		if job.State.ended() {
			w.refuse("id", RefusalNotPlanned, Conflict("这个任务%s，不能再取消。", job.State.Label()))
			return nil
		}
		next := *job
		next.State, next.Ended = SheetCancelled, h.now().UTC()
		w.put(&next, v.Revision)
		return nil
	})
	if err == nil && len(out.Errors) == 0 && !in.Preview {
		_ = h.sheets.files.RemoveUpload(in.ID) // else the next sweep removes it
	}
	return out, err
}

// loadSheet reads the job that a change is about. To others than its uploader it
// is not there; to those who may only look at it, it is not theirs.
func (w *writing) loadSheet(id ID, byCity bool) (*SheetJob, Version, error) {
	var v Version
	if id.Kind() == KindSheetJob {
		versions, err := w.snap.Get(0, id)
		if err != nil {
			return nil, v, err
		}
		v = versions[0]
	}
	if v.Record == nil || !w.p.readsSheet(v.Record.(*SheetJob)) {
		w.refuse("id", RefusalNotFound, noSuchSheet())
		return nil, v, nil
	}
	w.main, w.current = append(w.main, id), append(w.current, v)
	job := v.Record.(*SheetJob)
	if w.p.ID != job.By.ID && !(byCity && w.p.Role == RoleCityAdmin) {
		w.refuse("id", RefusalForbidden, Forbidden("只有上传人（%s）可以确认或取消这个导入任务。", job.By.Name))
	}
	return job, v, nil
}
