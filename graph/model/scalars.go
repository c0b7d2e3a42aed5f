// Package model holds the Go side of the contract where the hub has no type of
// its own for it: how scalars are written and read, the connections by name, and
// the few objects that only an answer knows. It decides nothing.
package model

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"concord/internal/hub"
)

// MarshalText writes a string. In records "" stands for "not said", which the
// contract calls null.
func MarshalText(s string) graphql.Marshaler {
	if s == "" {
		return graphql.Null
	}
	return graphql.MarshalString(s)
}

// UnmarshalText reads a string.
func UnmarshalText(v any) (string, error) { return graphql.UnmarshalString(v) }

// MarshalDimension writes the name of a facet's field.
func MarshalDimension(d hub.Dimension) graphql.Marshaler { return MarshalText(string(d)) }

// UnmarshalDimension reads it.
func UnmarshalDimension(v any) (hub.Dimension, error) {
	s, err := UnmarshalText(v)
	return hub.Dimension(s), err
}

// MarshalScope writes the name of a scope.
func MarshalScope(s hub.Scope) graphql.Marshaler { return MarshalText(string(s)) }

// UnmarshalScope reads it.
func UnmarshalScope(v any) (hub.Scope, error) {
	s, err := UnmarshalText(v)
	return hub.Scope(s), err
}

// MarshalRecordID writes a record's id, null for none.
func MarshalRecordID(id hub.ID) graphql.Marshaler { return MarshalText(id.String()) }

// UnmarshalRecordID reads a record's id. A null says nothing, as everywhere in an
// input: clients send one for what a form leaves open.
func UnmarshalRecordID(v any) (hub.ID, error) {
	if v == nil {
		return 0, nil
	}
	s, err := graphql.UnmarshalID(v)
	if err != nil {
		return 0, hub.Invalid("id", "id 应为字符串。")
	}
	return hub.ParseID(s)
}

// MarshalInt writes an integer.
func MarshalInt(n int) graphql.Marshaler { return graphql.MarshalInt(n) }

// UnmarshalInt reads an integer of 32 bits.
func UnmarshalInt(v any) (int, error) {
	n, err := graphql.UnmarshalInt32(v)
	if err != nil {
		return 0, hub.Invalid("", "这里应为 32 位整数。")
	}
	return int(n), nil
}

// MarshalRevision writes a revision as an Int.
func MarshalRevision(r hub.Revision) graphql.Marshaler { return graphql.MarshalUint64(uint64(r)) }

// UnmarshalRevision reads a revision, 0 for null. None is negative.
func UnmarshalRevision(v any) (hub.Revision, error) {
	if v == nil {
		return 0, nil
	}
	n, err := graphql.UnmarshalInt64(v)
	if err != nil || n < 0 {
		return 0, hub.Invalid("revision", "修订号应为不小于 0 的整数。")
	}
	return hub.Revision(n), nil
}

// MarshalDate writes a day, null for none.
func MarshalDate(d hub.Date) graphql.Marshaler { return MarshalText(d.String()) }

// UnmarshalDate reads the strict form 2006-01-02, no day from null.
func UnmarshalDate(v any) (hub.Date, error) {
	if v == nil {
		return 0, nil
	}
	s, ok := v.(string)
	if !ok {
		return 0, hub.Invalid("date", "日期应写成字符串 \"2025-03-18\"。")
	}
	d, err := hub.ParseDate(s)
	if err != nil {
		return 0, hub.Invalid("date", "%s", err.Error())
	}
	return d, nil
}

// MarshalDateText writes a day that is kept as text.
func MarshalDateText(s string) graphql.Marshaler { return MarshalText(s) }

// UnmarshalDateText reads a day into text.
func UnmarshalDateText(v any) (string, error) {
	d, err := UnmarshalDate(v)
	return d.String(), err
}

const instantLayout = "2006-01-02T15:04:05.000Z07:00"

// MarshalDateTime writes an instant in RFC 3339, UTC, to the millisecond.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	if t.IsZero() {
		return graphql.Null
	}
	return graphql.MarshalString(t.UTC().Format(instantLayout))
}

// UnmarshalDateTime reads an instant in RFC 3339.
func UnmarshalDateTime(v any) (time.Time, error) { return instant(v) }

func instant(v any) (time.Time, error) {
	s, ok := v.(string)
	if !ok {
		return time.Time{}, hub.Invalid("asOf", "时刻应写成字符串，例如 \"2025-03-18T09:00:00Z\"。")
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, hub.Invalid("asOf", "看不懂时刻“%s”。请用 RFC 3339 格式并带时区，例如 2025-03-18T09:00:00+08:00。", hub.Shorten(s))
	}
	return t, nil
}

// MarshalAsOf writes a point in recorded time: the revision, else the instant.
func MarshalAsOf(a hub.AsOf) graphql.Marshaler {
	if a.Revision != 0 {
		return MarshalRevision(a.Revision)
	}
	return MarshalDateTime(a.Instant)
}

// UnmarshalAsOf reads a revision (an integer, also as text), an instant, or an
// object with one of the two.
func UnmarshalAsOf(v any) (hub.AsOf, error) {
	switch v := v.(type) {
	case map[string]any:
		if r, ok := v["revision"]; ok && len(v) == 1 && r != nil {
			return revisionAsOf(r)
		}
		if i, ok := v["instant"]; ok && len(v) == 1 && i != nil {
			t, err := instant(i)
			return hub.AsOf{Instant: t}, err
		}
		return hub.AsOf{}, hub.Invalid("asOf", "asOf 的对象须且只能有一项：{revision: 修订号} 或 {instant: 时刻}。")
	case string:
		if _, err := strconv.ParseUint(v, 10, 64); err == nil {
			return revisionAsOf(json.Number(v))
		}
		t, err := instant(v)
		return hub.AsOf{Instant: t}, err
	default:
		return revisionAsOf(v)
	}
}

func revisionAsOf(v any) (hub.AsOf, error) {
	r, err := UnmarshalRevision(v)
	if err != nil || r == 0 {
		return hub.AsOf{}, hub.Invalid("asOf", "asOf 应为修订号（从 1 起的整数）、RFC 3339 时刻，或 {revision: …}、{instant: …}。")
	}
	return hub.AsOf{Revision: r}, nil
}

// MarshalKind writes the contract's name of a kind of record.
func MarshalKind(k hub.Kind) graphql.Marshaler { return graphql.MarshalString(k.String()) }

// UnmarshalKind reads it.
func UnmarshalKind(v any) (hub.Kind, error) {
	s, _ := v.(string)
	k, ok := hub.ParseKind(s)
	if !ok {
		return 0, hub.Invalid("kinds", "没有“%s”这一类记录。", hub.Shorten(s))
	}
	return k, nil
}

// MarshalChangeAction writes whether a change brought its record into being.
func MarshalChangeAction(created bool) graphql.Marshaler {
	if created {
		return graphql.MarshalString("CREATED")
	}
	return graphql.MarshalString("UPDATED")
}

// UnmarshalChangeAction reads it.
func UnmarshalChangeAction(v any) (bool, error) { return v == "CREATED", nil }

// MarshalDirection writes the direction of an order.
func MarshalDirection(descending bool) graphql.Marshaler {
	if descending {
		return graphql.MarshalString("DESC")
	}
	return graphql.MarshalString("ASC")
}

// UnmarshalDirection reads it.
func UnmarshalDirection(v any) (bool, error) { return v == "DESC", nil }

// MarshalImportOutcome writes the outcome of a row.
func MarshalImportOutcome(o hub.ImportOutcome) graphql.Marshaler { return MarshalText(o.String()) }

// UnmarshalImportOutcome reads it.
func UnmarshalImportOutcome(v any) (hub.ImportOutcome, error) {
	s, err := UnmarshalText(v)
	if err != nil {
		return 0, err
	}
	for _, o := range hub.ImportOutcomes() {
		if o.String() == s {
			return o, nil
		}
	}
	return 0, hub.Invalid("outcome", "“%s”不是一种导入结果。", hub.Shorten(s))
}
