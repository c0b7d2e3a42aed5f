package hub

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"time"
	"unicode"
)

// ProgressNote 进展 is what a responsible agency says of its part in a measure.
// Notes are added and never altered; a later one supersedes an earlier one.
type ProgressNote struct {
	ID       ID       `cbor:"1,keyasint" share:"PUBLIC"`
	Measure  ID       `cbor:"2,keyasint" share:"PUBLIC" names:"kept"` // of [KindMeasure]
	Agency   string   `cbor:"3,keyasint" share:"PUBLIC"`              // code of the agency that reports
	On       Date     `cbor:"4,keyasint" share:"PUBLIC"`              // the day up to which it reports
	Text     string   `cbor:"5,keyasint" share:"PUBLIC"`              // what has been done
	Evidence []string `cbor:"6,keyasint,omitempty" share:"PUBLIC"`    // links to what shows it
	Reached  bool     `cbor:"7,keyasint,omitempty" share:"PUBLIC"`    // the measure's milestone was reached on that day
}

// RecordID returns the id.
func (n *ProgressNote) RecordID() ID { return n.ID }

// Facts returns the key under which a measure finds its notes.
func (n *ProgressNote) Facts() Facts {
	return Facts{Keys: []Key{{KeyMeasure, n.Measure.String(), false}}}
}

// ProgressView is a note with its agency.
type ProgressView struct {
	*ProgressNote
	Agency    *Agency
	Revision  Revision
	UpdatedAt time.Time
}

// Progress returns the notes on a measure, the newest first.
func (h *Hub) Progress(ctx context.Context, measure ID, page PageArgs) (*Connection[*ProgressView], error) {
	limit, backward, err := page.check()
	if err != nil {
		return nil, err
	}
	if backward {
		return nil, Invalid("last", "进展由新到旧，只能用 first 和 after 翻页。")
	}
	question := fingerprint("progress", measure)
	var after ID
	if page.After != nil {
		place, err := decodeCursor("after", *page.After, question)
		if err != nil {
			return nil, err
		}
		if len(place) != 8 {
			return nil, Invalid("after", "翻页的位置（游标）无效。请从第一页重新开始。")
		}
		after = ID(binary.BigEndian.Uint64(place))
	}
	conn := &Connection[*ProgressView]{}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		conn.Revision = snap.Revision()
		ids, err := snap.Lookup(0, KindProgressNote, KeyMeasure, measure.String())
		if err != nil {
			return err
		}
		slices.Reverse(ids)
		conn.TotalCount = len(ids)
		if after != 0 {
			ids = slices.DeleteFunc(ids, func(id ID) bool { return id >= after })
		}
		conn.setMore(len(ids) > limit, false, after != 0)
		ids = ids[:min(limit, len(ids))]
		versions, err := snap.Get(0, ids...)
		for i, v := range versions {
			place := binary.BigEndian.AppendUint64(nil, uint64(ids[i]))
			conn.Edges = append(conn.Edges, ConnectionEdge[*ProgressView]{Node: h.progressView(v), Cursor: encodeCursor(question, place)})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return conn, nil
}

func (h *Hub) progressView(v Version) *ProgressView {
	n := v.Record.(*ProgressNote)
	view := &ProgressView{ProgressNote: n, Revision: v.Revision, UpdatedAt: v.At}
	view.Agency, _ = h.reference.AgencyByCode(n.Agency)
	return view
}

// ReportProgressInput adds a note to a measure. ID and Expected of the Write stay
// zero.
type ReportProgressInput struct {
	Write
	Measure  ID
	On       *Date // nil: today
	Text     string
	Evidence []string
	Reached  *bool
}

// mostEvidence is how many links one note may hold.
const mostEvidence = 20

// ReportProgress adds a note on behalf of the caller's agency, which must be one
// of those responsible for the measure.
func (h *Hub) ReportProgress(ctx context.Context, p *Principal, in ReportProgressInput) (*Written, error) {
	return h.write(ctx, p, "REPORT_PROGRESS", in.Write, in, func(w *writing) error {
		note := &ProgressNote{Measure: in.Measure, Agency: p.agency(), On: w.today, Text: tidyText(in.Text)}
		m, err := w.checkMeasure(in.Measure, note.Agency)
		if err != nil || w.refused() {
			return err
		}
		if note.Reached = given(in.Reached); note.Reached {
			w.checkReached(m, note.Agency)
		}
		if in.On != nil {
			note.On = *in.On
		}
		switch n := len([]rune(note.Text)); {
		case n == 0:
			w.refuse("text", RefusalInvalid, Invalid("text", "请写明进展情况。"))
		case n > mostText:
			w.refuse("text", RefusalInvalid, Invalid("text", "进展超过 %d 个字，请精简。", mostText))
		}
		if note.On > w.today {
			w.refuse("on", RefusalDate, Invalid("on", "截至日期 %s 在将来，请改为今天或以前。", note.On))
		}
		if len(in.Evidence) > mostEvidence {
			w.refuse("evidence", RefusalTooMany, Invalid("evidence", "佐证链接最多 %d 个。", mostEvidence))
		}
		for _, link := range in.Evidence {
			if !isLink(link) {
				w.refuse("evidence", RefusalInvalid, Invalid("evidence", "“%s”不是网址。请给出以 https:// 或 http:// 开头的链接。", Shorten(link)))
			}
		}
		if w.refused() {
			return nil
		}
		note.Evidence = in.Evidence
		note.ID = h.store.NextID(KindProgressNote)
		w.main = append(w.main, note.ID)
		w.put(note, 0)
		return nil
	})
}

// isLink reports whether s is the whole address of something on the web: of no other
// scheme, for pages make a link of it, and without anybody's password. Whether
// anything is there is not the hub's to find out.
func isLink(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "http://"); !ok {
			return false
		}
	}
	host := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		host = rest[:i]
	}
	host, port, hasPort := strings.Cut(host, ":")
	if n, ok := digits(port); hasPort && (!ok || n == 0 || n > 65535) {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || strings.ContainsFunc(label, func(r rune) bool { return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			return false
		}
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("\"<>\\^`{|}", r)
	})
}

// agency is the member agency for which p speaks, "" for none.
func (p *Principal) agency() string {
	if p.Role == RoleCityAdmin {
		return cityAgency
	}
	return p.Agency
}

// cityAgency is the agency whose administrators keep the city's rosters: 市人社局.
const cityAgency = "HRSS"

// checkMeasure refuses a measure that is not there, or for which the agency does
// not answer.
func (w *writing) checkMeasure(measure ID, agency string) (*MeasureView, error) {
	if measure.Kind() == KindMeasure {
		nodes, err := w.hub.views(w.snap, w.p, Moment{On: w.today}, []ID{measure})
		if err != nil {
			return nil, err
		}
		if m, ok := nodes[0].(*MeasureView); ok {
			if agency == "" || !m.Names(agency, "") {
				w.refuse("measure", RefusalForbidden, Forbidden("举措 %s 的进展由其责任部门填报（%s）。", m.Key(), m.AgenciesPrinted))
			}
			return m, nil
		}
	}
	w.refuse("measure", RefusalNotFound, NotFound("没有这条举措。请在重点任务清单（接口为 measures 查询）中查找。"))
	return nil, nil
}

// checkReached refuses to have the milestone of a measure reached that has none,
// or by an agency that does not lead it.
func (w *writing) checkReached(m *MeasureView, agency string) {
	switch {
	case m.Deadline.DueDate == "":
		w.refuse("reached", RefusalInvalid, Invalid("reached", "举措 %s 为%s，没有阶段目标可以达成。请只填写进展。", m.Key(), m.Deadline.Printed))
	case !m.mayReport(agency):
		w.refuse("reached", RefusalForbidden, Forbidden("举措 %s 的阶段目标由牵头部门报告达成（%s）。", m.Key(), m.AgenciesPrinted))
	}
}
