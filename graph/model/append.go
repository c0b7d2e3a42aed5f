package model

import (
	"strconv"
	"time"

	"concord/graph/plan"
	"concord/internal/hub"
)

// Each AppendX appends what MarshalX writes. Plans call these in place of the
// others, which need a closure for every value.

// AppendText appends a string, null for "".
func AppendText(b []byte, s string) []byte {
	if s == "" {
		return append(b, "null"...)
	}
	return plan.AppendString(b, s)
}

// AppendDateText appends a day that is kept as text.
func AppendDateText(b []byte, s string) []byte { return AppendText(b, s) }

// AppendDimension appends the name of a facet's field.
func AppendDimension(b []byte, d hub.Dimension) []byte { return AppendText(b, string(d)) }

// AppendScope appends the name of a scope.
func AppendScope(b []byte, s hub.Scope) []byte { return AppendText(b, string(s)) }

// AppendKind appends the contract's name of a kind of record.
func AppendKind(b []byte, k hub.Kind) []byte { return plan.AppendString(b, k.String()) }

// AppendInt appends an integer.
func AppendInt(b []byte, n int) []byte { return strconv.AppendInt(b, int64(n), 10) }

// AppendRevision appends a revision.
func AppendRevision(b []byte, r hub.Revision) []byte { return strconv.AppendUint(b, uint64(r), 10) }

// AppendRecordID appends a record's id, null for none.
func AppendRecordID(b []byte, id hub.ID) []byte {
	at := len(b)
	if b = id.Append(append(b, '"')); len(b) == at+1 {
		return append(b[:at], "null"...)
	}
	return append(b, '"')
}

// AppendDate appends a day, null for none.
func AppendDate(b []byte, d hub.Date) []byte {
	if d == 0 {
		return append(b, "null"...)
	}
	return append(d.Append(append(b, '"')), '"')
}

// AppendDateTime appends an instant in RFC 3339, UTC, to the millisecond.
func AppendDateTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, "null"...)
	}
	return append(t.UTC().AppendFormat(append(b, '"'), instantLayout), '"')
}
