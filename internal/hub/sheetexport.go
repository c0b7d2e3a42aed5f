package hub

import (
	"context"
	"strings"
	"time"
)

// SheetExport 名册导出记录 says that a roster left the hub as a sheet: who took
// what of it, when, and at which revision it was true.
type SheetExport struct {
	ID       ID          `cbor:"1,keyasint"`
	By       SheetCaller `cbor:"2,keyasint"`
	Roster   Kind        `cbor:"3,keyasint"`
	Format   string      `cbor:"4,keyasint"`
	Query    string      `cbor:"5,keyasint"` // as it was asked, with identity numbers masked
	Fields   []string    `cbor:"6,keyasint"`
	Rows     int         `cbor:"7,keyasint"`
	At       time.Time   `cbor:"8,keyasint"`
	Revision Revision    `cbor:"9,keyasint"`
}

// RecordID returns the id.
func (e *SheetExport) RecordID() ID { return e.ID }

// Facts returns the key under which a caller's exports are found.
func (e *SheetExport) Facts() Facts { return Facts{Keys: []Key{{KeySender, e.By.ID, false}}} }

// noteExport writes an export down before its first row leaves.
func (h *Hub) noteExport(ctx context.Context, p *Principal, q ExportQuery, info ExportInfo, fields []ImportField, rows int) error {
	e := &SheetExport{
		ID: h.store.NextID(KindSheetExport), By: sheetCaller(p), Roster: info.Kind, Format: q.Noted.Format, Query: concealIDs(q.Noted.Query),
		Rows: rows, At: info.At.UTC(), Revision: info.Revision,
	}
	for _, f := range fields {
		e.Fields = append(e.Fields, f.String())
	}
	_, err := h.store.Apply(ctx, Batch{
		Origin: Origin{Actor: p.ID, Authority: p.authority(), Reason: strings.TrimSpace("导出" + info.Kind.Label() + "名册 " + Shorten(e.Query))},
		At:     e.At, Puts: []Put{{Record: e}},
	})
	return err
}

// SheetExportView is an export as those see it who may.
type SheetExportView struct {
	*SheetExport
	Revision Revision // of the note itself
}

// Exporter is the name of who took it.
func (v *SheetExportView) Exporter() string { return v.By.Name }

// TrueAt is the revision at which the rows were true.
func (v *SheetExportView) TrueAt() Revision { return v.SheetExport.Revision }

// SheetExports returns the caller's exports, newest first; those of everybody to
// the city's administrators and auditors.
func (h *Hub) SheetExports(ctx context.Context, p *Principal, page PageArgs) (*Connection[*SheetExportView], error) {
	limit, backward, err := page.check()
	if err != nil {
		return nil, err
	}
	if backward {
		return nil, Invalid("last", "导出记录由新到旧，只能用 first 和 after 翻页。")
	}
	if p.Role == RoleAnonymous {
		return nil, &Error{Code: CodeUnauthenticated, Message: "查看导出记录须表明身份。请登录；程序请在 Authorization 请求头中带上密钥。"}
	}
	conn := &Connection[*SheetExportView]{}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		versions, err := h.sheetsOf(snap, p, KindSheetExport)
		if err != nil {
			return err
		}
		return newestFirst(conn, snap, versions, fingerprint("sheetExports"), page, limit, func(v Version) *SheetExportView {
			return &SheetExportView{v.Record.(*SheetExport), v.Revision}
		})
	})
	if err != nil {
		return nil, err
	}
	return conn, nil
}
