package hub

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// An organisation may stand below another one (上级组织, 分支机构). The branch names the
// one above it, and its keeper says so; the branches of an organisation are found by
// that.
//
//   - nobody stands above itself, however many write at once, see [Hub.apply];
//   - an organisation that has ended, or is recorded to end, gets no new branches;
//   - the branches of one that ends stay and go on naming it: whose they are from then
//     on is not for the hub to guess. Whoever ends it is told which they are.

// mostBranchesTold is how many branches a remark names.
const mostBranchesTold = 10

// linkParent puts an organisation below the one that the row names: by its id, or by
// its name as sheets do, first in the district.
func (pl *planner) linkParent(o *Organization) error {
	text := pl.reading.parent
	if text == "" {
		return nil
	}
	before, err := pl.organizationAt(o.ParentID)
	if err != nil || before != nil && (before.Name == text || before.ID.String() == text) {
		return err
	}
	parent, err := pl.parentNamed(o.District, text)
	if err != nil || parent == nil || before != nil && parent.ID == before.ID {
		return err
	}
	below, err := pl.standsBelow(parent.ID, o.ID)
	switch {
	case err != nil:
		return err
	case below:
		pl.refuse(FieldParent, FaultParent, "“%s”就是本组织，或在本组织之下，不能作本组织的上级。请核对。", parent.Name)
		return nil
	case !slices.Contains(orgStanding, parent.Timeline().On(pl.today)) || parent.end() != 0:
		pl.refuse(FieldParent, FaultParent, "“%s”已不在册，或已登记终止，不能再设分支机构。请填写现在的上级组织。", parent.Name)
		return nil
	}
	if o.ID != 0 {
		was := ""
		if before != nil {
			was = before.Name
		}
		pl.changed(FieldParent, was, parent.Name)
		pl.parents[o.ID] = parent.ID
	}
	o.ParentID = parent.ID
	return nil
}

// parentNamed finds the organisation of an id or a name; nil after a refusal or a
// remark.
func (pl *planner) parentNamed(district, text string) (*Organization, error) {
	if id, err := ParseID(text); err == nil {
		found, err := pl.organizationAt(id)
		if found == nil && err == nil {
			pl.refuse(FieldParent, FaultParent, "没有编号为“%s”的调解组织。请核对编号。", Shorten(text))
		}
		return found, err
	}
	body, err := pl.lookUpBody(namesake{district, text})
	switch {
	case err != nil:
		return nil, err
	case len(body.others) > 0:
		pl.refuse(FieldParent, FaultAmbiguous, "名为“%s”的调解组织不止一个（%s）。请把上级组织的名称写全。", Shorten(text), strings.Join(body.others, "、"))
	case body.organization == nil:
		pl.remark(FieldParent, RemarkLeft, "调解组织名册中没有“%s”，上级组织未采用。请核对名称；上级组织也在本表中的，导入后再导入一次即可关联。", Shorten(text))
	}
	return body.organization, nil
}

func (pl *planner) organizationAt(id ID) (*Organization, error) {
	if id.Kind() != KindOrganization {
		return nil, nil
	}
	version, err := pl.get(id)
	o, _ := version.Record.(*Organization)
	return o, err
}

// standsBelow reports whether id is top, or stands below it: in the hub, or as this
// plan would leave it.
func (pl *planner) standsBelow(id, top ID) (bool, error) {
	return climb(id, top, func(id ID) (ID, error) {
		if parent, planned := pl.parents[id]; planned {
			return parent, nil
		}
		o, err := pl.organizationAt(id)
		return parentOf(o), err
	})
}

// climb goes from id to the one above and on, and reports whether that leads to top.
func climb(id, top ID, above func(ID) (ID, error)) (bool, error) {
	for seen := map[ID]bool{}; id != 0 && top != 0 && !seen[id]; {
		if id == top {
			return true, nil
		}
		seen[id] = true
		var err error
		if id, err = above(id); err != nil {
			return false, err
		}
	}
	return false, nil
}

// parentOf returns the organisation above a record, 0 for none.
func parentOf(r Record) ID {
	if o, ok := r.(*Organization); ok && o != nil {
		return o.ParentID
	}
	return 0
}

// apply makes a batch durable in which nobody comes to stand above itself: by what
// others have written since it was judged, too. Batches with organisations below others
// are written one by one for that; a store has one hub (docs/decisions.md).
func (h *Hub) apply(ctx context.Context, batch Batch) (Revision, error) {
	if !slices.ContainsFunc(batch.Puts, func(p Put) bool { return parentOf(p.Record) != 0 }) {
		return h.store.Apply(ctx, batch)
	}
	h.linking.Lock()
	defer h.linking.Unlock()
	if err := h.uncircled(ctx, batch.Puts); err != nil {
		return 0, err
	}
	return h.store.Apply(ctx, batch)
}

// uncircled returns a CONFLICT for the first organisation that would stand above
// itself.
func (h *Hub) uncircled(ctx context.Context, puts []Put) error {
	planned := map[ID]ID{}
	for _, put := range puts {
		if o, ok := put.Record.(*Organization); ok {
			planned[o.ID] = o.ParentID
		}
	}
	return h.withSnapshot(ctx, func(snap Snapshot) error {
		for i, put := range puts {
			circle, err := climb(parentOf(put.Record), idOf(put.Record), func(id ID) (ID, error) {
				if parent, ok := planned[id]; ok {
					return parent, nil
				}
				versions, err := snap.Get(0, id)
				if err != nil {
					return 0, err
				}
				return parentOf(versions[0].Record), nil
			})
			if err != nil {
				return err
			}
			if circle {
				return &Error{Code: CodeConflict, Message: "上级组织刚有变动，不能互为上级。请查看最新内容后再决定。", Cause: &Clash{Put: i}}
			}
		}
		return nil
	})
}

// tellBranches tells which branches of an organisation that ends go on naming it.
func (w *writing) tellBranches(o *Organization) error {
	branches, err := w.named(KindOrganization, o.ID, "")
	if err != nil {
		return err
	}
	var names []string
	for _, v := range branches {
		if branch := v.Record.(*Organization); slices.Contains(orgStanding, branch.Timeline().On(w.today)) {
			names = append(names, "“"+branch.Name+"”")
		}
	}
	if n := len(names); n > 0 {
		more := ""
		if n > mostBranchesTold {
			names, more = names[:mostBranchesTold], fmt.Sprintf("等 %d 个", n)
		}
		w.remark("id", "分支机构%s%s保留，仍写明本组织为上级组织；请由其主管单位改写。", strings.Join(names, ""), more)
	}
	return nil
}
