package main

import (
	"bytes"
	"context"

	"concord/internal/checklist"
	"concord/internal/hub"
	"concord/seeds"
)

const checklistSeed = "tianjin-key-task-checklist.txt"

// seed fills an empty hub with the official checklist, and notes under which key it
// keeps identity numbers. Reference data is not
// seeded: it is read from the program's own seeds at every start.
func (f *folder) seed(ctx context.Context) error {
	if f.store.Revision() != 0 {
		return nil
	}
	data, err := seeds.FS.ReadFile(checklistSeed)
	if err != nil {
		return err
	}
	table, err := f.readChecklist(data)
	if err != nil {
		return err
	}
	plan, err := f.hub.PlanChecklist(ctx, hub.System, table, hub.ImportOptions{FileName: checklistSeed, Reason: "初始数据"})
	if err != nil {
		return err
	}
	if _, err = f.hub.ApplyChecklist(ctx, hub.System, plan); err != nil {
		return err
	}
	return f.hub.MarkIdentityKey(ctx)
}

func (f *folder) readChecklist(data []byte) (*hub.Checklist, error) {
	return checklist.Read(bytes.NewReader(data), func(printed string) (string, bool) {
		agency, ok := f.reference.AgencyByName(printed)
		if !ok {
			return "", false
		}
		return agency.Code, true
	})
}
