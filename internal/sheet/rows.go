package sheet

import (
	"slices"
	"strings"

	"concord/internal/hub"
)

// slab is how many cells are allocated at a time for rows that are handed out.
const slab = 4096

// rows yields the rows of a table below its headings, without what is no row of
// the roster: blank and pre-numbered ones, headings repeated on every printed
// page, totals, and the lines for signatures and remarks.
func (r *Reader) rows(t *table, yield func(hub.ImportRow) error) error {
	h := t.head
	filler := mergeFiller{merges: t.merges}
	var cells []hub.ImportCell
	hidden := 0
	err := t.scan(func(raw *rawRow) error {
		if raw.number <= h.lastRow {
			filler.fill(raw)
			return nil
		}
		if raw.fault != "" {
			return yield(hub.ImportRow{Sheet: h.sheet, Number: raw.number, Fault: raw.fault})
		}
		own := t.bare || r.look(t, raw)
		filler.fill(raw)
		if !own {
			return nil
		}
		if raw.hidden {
			hidden++
		}
		width := len(h.at)
		if len(cells) < width {
			cells = make([]hub.ImportCell, max(slab, width))
		}
		row := cells[:width:width]
		cells = cells[width:]
		for i, at := range h.at {
			if at < len(raw.cells) {
				row[i] = raw.cells[at]
			}
		}
		return yield(hub.ImportRow{Sheet: h.sheet, Number: raw.number, Cells: row})
	})
	if hidden > 0 {
		r.notice(t, 0, "", "", "有 %d 行是隐藏的（筛选或手工隐藏），也已读取。", hidden)
	}
	return err
}

// look reports whether a row is one of the roster, and mentions one that is left
// out though something stands in it.
func (r *Reader) look(t *table, raw *rawRow) bool {
	h := t.head
	filled, first, firstAt := 0, "", -1
	name := h.name
	for i := range raw.cells {
		text := strings.TrimSpace(raw.cells[i].Text)
		if text == "" || h.serial[i] && isNumber(text) {
			continue
		}
		filled++
		if firstAt < 0 {
			first, firstAt = text, i
		}
	}
	nameText := ""
	if name < len(raw.cells) {
		nameText = strings.TrimSpace(raw.cells[name].Text)
	}
	switch {
	case filled == 0:
		return false
	case nameText != "" && headingKey(nameText) == h.keys[name] && h.repeats(raw):
		r.notice(t, raw.number, "", "", "是重复的表头，未读取。")
		return false
	case isTotal(first) || isTotal(nameText):
		r.notice(t, raw.number, "", "", "是“%s”行，未读取。", hub.Shorten(first))
		return false
	case firstAt != name && nameText == "" && isSignature(first):
		r.notice(t, raw.number, "", "", "是填表说明或落款（“%s”），未读取。", hub.Shorten(first))
		return false
	case firstAt == name && filled <= 2 && isSignature(first):
		r.notice(t, raw.number, "", "", "是填表说明或落款（“%s”），未读取。", hub.Shorten(first))
		return false
	case filled == 1 && firstAt != name:
		r.notice(t, raw.number, "", "", "只有一格有内容（“%s”），不像名册中的一行，未读取。", hub.Shorten(first))
		return false
	}
	return true
}

// repeats reports whether a row repeats the headings: most of its cells do.
func (h *head) repeats(raw *rawRow) bool {
	same, other := 0, 0
	for i := range raw.cells {
		if raw.cells[i].Text == "" {
			continue
		}
		if headingKey(raw.cells[i].Text) == h.keys[i] {
			same++
		} else {
			other++
		}
	}
	return same > other
}

func isNumber(text string) bool {
	for _, r := range text {
		if (r < '0' || r > '9') && r != '.' && (r < '０' || r > '９') {
			return false
		}
	}
	return true
}

var (
	totals   = strings.Fields("合计 总计 小计 共计 累计")
	closings = strings.Fields("填表 制表 填报 审核人 审核: 复核 经办 负责人签 单位负责人 联系人: 联系电话: 注: 注1 备注: 说明: 附注 附: 盖章 (盖章) (公章) 公章 填写说明 填报说明 填表说明 日期: 单位: 单位(盖章) 以下空白 此表 本表")
)

func isTotal(text string) bool {
	key := headingKey(text)
	for _, word := range totals {
		if rest, ok := strings.CutPrefix(key, word); ok && (rest == "" || rest[0] == '(' || rest[0] >= '0' && rest[0] <= '9' || strings.HasSuffix(rest, "人") && len(rest) < 12) {
			return true
		}
	}
	return false
}

// isSignature recognises the lines around a printed sheet. Colons count as they
// are typed, full or half width.
func isSignature(text string) bool {
	text = strings.NewReplacer("：", ":", "（", "(", "）", ")", " ", "", "　", "", "\u00a0", "", "※", "", "＊", "", "*", "").Replace(text)
	return slices.ContainsFunc(closings, func(word string) bool { return strings.HasPrefix(text, word) })
}

// mergeFiller repeats the value of merged cells: for the rows of a roster
// downwards in the range's first column, since what is merged side by side
// (长期 across 聘期起 and 聘期止) is no value of the further columns; for headings
// over the whole range.
type mergeFiller struct {
	merges  []merge
	heading bool
	next    int // of merges, which are sorted by their first row
	active  []filling
	sorted  bool
}

type filling struct {
	merge
	value hub.ImportCell
}

func (f *mergeFiller) fill(raw *rawRow) {
	if len(f.merges) == 0 {
		return
	}
	if !f.sorted {
		f.merges = slices.Clone(f.merges)
		slices.SortStableFunc(f.merges, func(a, b merge) int { return a.firstRow - b.firstRow })
		f.sorted = true
	}
	for f.next < len(f.merges) && f.merges[f.next].firstRow <= raw.number {
		m := f.merges[f.next]
		f.next++
		if m.firstRow < raw.number && m.lastRow < raw.number || m.firstColumn >= maxColumns {
			continue
		}
		var value hub.ImportCell
		if m.firstRow == raw.number && m.firstColumn < len(raw.cells) {
			value = raw.cells[m.firstColumn]
		}
		if value.Text != "" && (m.lastRow > m.firstRow || f.heading) {
			f.active = append(f.active, filling{m, value})
		}
	}
	kept := f.active[:0]
	for _, a := range f.active {
		if a.lastRow < raw.number {
			continue
		}
		kept = append(kept, a)
		last := a.firstColumn
		if f.heading {
			last = min(a.lastColumn, maxColumns-1)
		}
		for c := a.firstColumn; c <= last; c++ {
			for len(raw.cells) <= c {
				raw.cells = append(raw.cells, hub.ImportCell{})
			}
			if raw.cells[c].Text == "" {
				raw.cells[c] = a.value
			}
		}
	}
	f.active = kept
}
