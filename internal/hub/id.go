package hub

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind says what sort of record an [ID] names.
type Kind uint8

// The kinds of record that the change log holds. Their numbers are part of the
// storage format: never renumber, only append.
const (
	KindPerson Kind = iota + 1
	KindMediator
	KindOrganization
	KindExpert
	KindInvitedListing
	KindChecklist
	// KindMeasure names one measure inside a checklist. It is found and
	// addressed like a record but is stored as part of its checklist.
	KindMeasure
	// KindKey is an API key. Keys live in the log like everything else but are
	// never shown in the change feed.
	KindKey
	// KindAdverseNotice tells another owner what became of somebody whom she
	// lists too. Its recipient and its sender read it, nobody else.
	KindAdverseNotice
	// KindReceipt and KindAttempt are never shown in the change feed: what was
	// answered under an idempotency key, and changes that were refused.
	KindReceipt
	KindAttempt
	KindProgressNote
	KindAccount
	KindSession
	KindAgreement
	KindAccess
	KindSheetJob
	KindSecondment
	KindCorrection
	KindArbitrator
	KindLiaison
	KindTraining
	KindAward
	KindStationing
	KindSheetExport
	// KindIdentityKey says under which key identity numbers are sealed. It is never
	// shown.
	KindIdentityKey
	KindEverydayWord
	KindRecommendation
	kindEnd
)

var kindNames = [...]struct{ prefix, name, label string }{
	KindPerson:         {"per", "PERSON", "自然人"},
	KindMediator:       {"med", "MEDIATOR", "调解员"},
	KindOrganization:   {"org", "ORGANIZATION", "调解组织"},
	KindExpert:         {"exp", "EXPERT", "专家"},
	KindInvitedListing: {"inv", "INVITED_LISTING", "特邀名册条目"},
	KindChecklist:      {"chk", "CHECKLIST", "重点任务清单"},
	KindMeasure:        {"mea", "MEASURE", "落实举措"},
	KindKey:            {"key", "KEY", "接口密钥"},
	KindAdverseNotice:  {"ntc", "ADVERSE_NOTICE", "不良情形通报"},
	KindReceipt:        {"rcp", "RECEIPT", "变更回执"},
	KindAttempt:        {"att", "ATTEMPT", "未成的变更"},
	KindProgressNote:   {"prg", "PROGRESS_NOTE", "举措进展"},
	KindAccount:        {"acc", "ACCOUNT", "帐号"},
	KindSession:        {"ses", "SESSION", "登录会话"},
	KindAgreement:      {"agr", "SHARING_AGREEMENT", "共享协议"},
	KindAccess:         {"acs", "ACCESS", "查阅记录"},
	KindSheetJob:       {"job", "SHEET_JOB", "表格导入任务"},
	KindSecondment:     {"sec", "SECONDMENT", "调剂"},
	KindCorrection:     {"cor", "CORRECTION_REQUEST", "校核申请"},
	KindArbitrator:     {"arb", "ARBITRATOR", "仲裁员"},
	KindLiaison:        {"lia", "LIAISON_ASSIGNMENT", "分片联系"},
	KindTraining:       {"trn", "TRAINING_RECORD", "培训记录"},
	KindAward:          {"awd", "AWARD", "荣誉"},
	KindStationing:     {"stn", "STATIONING", "派驻"},
	KindSheetExport:    {"out", "SHEET_EXPORT", "名册导出记录"},
	KindIdentityKey:    {"idk", "IDENTITY_KEY", "身份密钥标记"},
	KindEverydayWord:   {"wrd", "EVERYDAY_WORD", "日常说法"},
	KindRecommendation: {"rec", "RECOMMENDATION", "专家推荐单"},
}

// RosterKinds are the kinds that are listed, searched and counted, in the order
// in which answers over several kinds present them.
var RosterKinds = []Kind{KindMediator, KindExpert, KindOrganization, KindInvitedListing}

// Valid reports whether k is one of the kinds above.
func (k Kind) Valid() bool { return k >= KindPerson && k < kindEnd }

// String returns the name of k in the contract, such as MEDIATOR.
func (k Kind) String() string {
	if !k.Valid() {
		return "UNKNOWN"
	}
	return kindNames[k].name
}

// Label returns the Chinese word for k.
func (k Kind) Label() string {
	if !k.Valid() {
		return "未知"
	}
	return kindNames[k].label
}

// ParseKind reads the contract's name of a kind.
func ParseKind(s string) (Kind, bool) {
	for k := KindPerson; k.Valid(); k++ {
		if kindNames[k].name == s {
			return k, true
		}
	}
	return 0, false
}

// ID names a record for ever: its kind in the top byte, a number counted per
// kind below. The zero ID names nothing.
type ID uint64

// NewID composes an ID. number must fit 56 bits and not be 0.
func NewID(kind Kind, number uint64) ID { return ID(uint64(kind)<<56 | number) }

// MeasureID addresses measure task.number of a checklist.
func MeasureID(checklist ID, task, number int) ID {
	return NewID(KindMeasure, checklist.Number()<<24|uint64(task)<<8|uint64(number))
}

// MeasurePlace undoes [MeasureID].
func (id ID) MeasurePlace() (checklist ID, task, number int) {
	n := id.Number()
	return NewID(KindChecklist, n>>24), int(n >> 8 & 0xffff), int(n & 0xff)
}

// Kind returns the kind of the record that id names.
func (id ID) Kind() Kind { return Kind(id >> 56) }

// Number returns the part of id that is counted per kind.
func (id ID) Number() uint64 { return uint64(id) & (1<<56 - 1) }

// String returns the form in which ids travel, such as med_2s. Clients treat it
// as opaque.
func (id ID) String() string {
	return string(id.Append(nil))
}

// Append appends [ID.String].
func (id ID) Append(b []byte) []byte {
	if id == 0 || !id.Kind().Valid() {
		return b
	}
	b = append(append(b, kindNames[id.Kind()].prefix...), '_')
	return strconv.AppendUint(b, id.Number(), 36)
}

// ParseID undoes [ID.String]. Its error is an INVALID [Error].
func ParseID(s string) (ID, error) {
	prefix, number, ok := strings.Cut(s, "_")
	if ok {
		for k := KindPerson; k.Valid(); k++ {
			if kindNames[k].prefix != prefix {
				continue
			}
			n, err := strconv.ParseUint(number, 36, 56)
			if err != nil || n == 0 || strconv.FormatUint(n, 36) != number {
				break
			}
			return NewID(k, n), nil
		}
	}
	return 0, Invalid("id", "编号“%s”不是本系统给出的 id，网址可能不完整。请从列表中重新打开；程序请使用查询结果中的 id，或改用 by 按名册编号查询。", Shorten(s))
}

// Shorten cuts a value that came from outside to what fits an error message.
func Shorten(s string) string { return shortened(s, 32) }

// shortened cuts a text after so many characters.
func shortened(s string, most int) string {
	runes := 0
	for i := range s {
		if runes == most {
			return s[:i] + "…"
		}
		runes++
	}
	return s
}

// Revision counts changes: the first change of a hub is revision 1. It is the
// hub's recorded time.
type Revision uint64

func (r Revision) String() string { return fmt.Sprintf("%d", uint64(r)) }
