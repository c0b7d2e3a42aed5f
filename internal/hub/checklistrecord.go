package hub

// ChecklistRecord is a [Checklist] as the change log keeps it. A table issued
// anew under the same title is a later version of the same record.
type ChecklistRecord struct {
	ID        ID        `cbor:"1,keyasint"`
	Checklist Checklist `cbor:"2,keyasint"`
}

// RecordID returns the id.
func (c *ChecklistRecord) RecordID() ID { return c.ID }

// Facts returns the look-up by the checklist's own id, which follows from its
// title.
func (c *ChecklistRecord) Facts() Facts {
	return Facts{Keys: []Key{{KeyTitle, c.Checklist.ID, true}}}
}
