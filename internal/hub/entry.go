package hub

import "slices"

// Entry is what every roster entry has, whichever roster it stands on: its own
// owner, level, district, terms, status and history, and the person it lists.
type Entry struct {
	ID             ID                `cbor:"1,keyasint" share:"PUBLIC"`
	RegistrationNo string            `cbor:"2,keyasint,omitempty" share:"PUBLIC"`                // 名册编号, unique in its kind
	Name           string            `cbor:"3,keyasint" share:"PUBLIC"`                          // as the owner printed it
	PersonID       ID                `cbor:"4,keyasint,omitempty" share:"PUBLIC" names:"person"` // 0 when an organisation is listed
	Level          Level             `cbor:"5,keyasint" share:"PUBLIC"`
	District       string            `cbor:"6,keyasint" share:"PUBLIC"` // GB/T 2260
	Street         string            `cbor:"7,keyasint,omitempty" share:"PUBLIC"`
	Specialties    []string          `cbor:"8,keyasint,omitempty" share:"PUBLIC"` // labels; the first one is the main one
	Source         SourceCategory    `cbor:"9,keyasint,omitempty" share:"PUBLIC"`
	SourceLabel    string            `cbor:"10,keyasint,omitempty" share:"PUBLIC"` // as printed
	Terms          []AppointmentTerm `cbor:"11,keyasint,omitempty" share:"PUBLIC"` // ascending by start
	Events         []StatusEvent     `cbor:"12,keyasint,omitempty" share:"PUBLIC"` // in the order in which they were recorded
	Biography      string            `cbor:"13,keyasint,omitempty" share:"PUBLIC"` // 简介
	Note           string            `cbor:"14,keyasint,omitempty" share:"SOURCE_ONLY"`
	Fictional      bool              `cbor:"15,keyasint,omitempty" share:"PUBLIC"`      // 示例: demo and generated data
	Decisions      []Decision        `cbor:"16,keyasint,omitempty" share:"SOURCE_ONLY"` // behind the moves, in the order in which they were recorded
	Evidence       []string          `cbor:"17,keyasint,omitempty" share:"SOURCE_ONLY"` // 佐证材料 of the listing: documents by name and number, or links
}

// RecordID returns the id.
func (e *Entry) RecordID() ID { return e.ID }

// Timeline returns the entry's status by date.
func (e *Entry) Timeline() Timeline { return timelineOf(e.Terms, e.Events) }

// TermOn returns the term row that holds on d, else the latest one; the zero
// term when there is none.
func (e *Entry) TermOn(d Date) AppointmentTerm { return termOn(e.Terms, d) }

func (e *Entry) facts() Facts {
	f := Facts{
		Name:           e.Name,
		RegistrationNo: e.RegistrationNo,
		Level:          e.Level,
		District:       e.District,
		Source:         e.Source,
		Specialties:    e.Specialties,
		Street:         StreetKey(e.Street),
		Timeline:       e.Timeline(),
		TermEnd:        latestTermEnd(e.Terms),
	}
	if e.RegistrationNo != "" {
		f.Keys = append(f.Keys, Key{KeyRegistrationNo, e.RegistrationNo, true})
	}
	if e.PersonID != 0 {
		f.Keys = append(f.Keys, Key{KeyPerson, e.PersonID.String(), false})
	}
	return f
}

// Mediator 调解员 is a person's entry on a mediator roster.
type Mediator struct {
	Entry          `cbor:"1,keyasint"`
	Organization   ID           `cbor:"2,keyasint,omitempty" share:"PUBLIC" names:"body"`
	Title          string       `cbor:"3,keyasint,omitempty" share:"PUBLIC"`              // 职务/职称 as listed
	Phone          string       `cbor:"4,keyasint,omitempty" share:"CONDITIONAL,contact"` // 联系方式
	Employment     Employment   `cbor:"5,keyasint,omitempty" share:"PUBLIC"`              // 专职/兼职
	CertificateNo  string       `cbor:"6,keyasint,omitempty" share:"PUBLIC"`              // 调解员证号
	CertificateBy  string       `cbor:"7,keyasint,omitempty" share:"PUBLIC"`              // 发证机关
	AppointedBy    string       `cbor:"8,keyasint,omitempty" share:"PUBLIC"`              // 聘任单位
	Languages      []string     `cbor:"9,keyasint,omitempty" share:"PUBLIC"`
	TrainingHours  float64      `cbor:"10,keyasint,omitempty" share:"PUBLIC"`      // 年度培训学时
	Evaluation     string       `cbor:"11,keyasint,omitempty" share:"SOURCE_ONLY"` // 年度考核
	EmployerListed string       `cbor:"12,keyasint,omitempty" share:"CONDITIONAL,profile"`
	CrossDistrict  *bool        `cbor:"13,keyasint,omitempty" share:"SOURCE_ONLY"` // consent to being lent to other districts; nil when not said
	MaxLoad        int          `cbor:"14,keyasint,omitempty" share:"SOURCE_ONLY"` // secondments at a time; 0 when not said
	Recusals       []Recusal    `cbor:"15,keyasint,omitempty" share:"SOURCE_ONLY"`
	Away           []Absence    `cbor:"16,keyasint,omitempty" share:"PUBLIC"`      // to other districts, in the order in which it was agreed
	Position       BodyPosition `cbor:"17,keyasint,omitempty" share:"PUBLIC"`      // 组织内职务
	EvaluationYear int          `cbor:"18,keyasint,omitempty" share:"SOURCE_ONLY"` // the year that was evaluated; 0 when not said
}

// Facts returns the facts of the entry with its organisation and certificate.
func (m *Mediator) Facts() Facts {
	f := m.facts()
	f.Organization = m.Organization
	f.Employment = m.Employment
	if m.CertificateNo != "" {
		f.Keys = append(f.Keys, Key{KeyCertificateNo, m.CertificateNo, false})
	}
	return f
}

// Expert 专家 is a person's entry in the city's or a district's expert pool.
// What describes an expert professionally is public: the pool exists so that
// the right expert is found.
type Expert struct {
	Entry            `cbor:"1,keyasint"`
	Title            string   `cbor:"2,keyasint,omitempty" share:"PUBLIC"` // 职称
	Post             string   `cbor:"3,keyasint,omitempty" share:"PUBLIC"` // 职务
	Employer         string   `cbor:"4,keyasint,omitempty" share:"PUBLIC"` // 工作单位
	Field            string   `cbor:"5,keyasint,omitempty" share:"PUBLIC"` // 专业方向
	Education        string   `cbor:"6,keyasint,omitempty" share:"PUBLIC"` // 学历学位, as printed
	Years            int      `cbor:"7,keyasint,omitempty" share:"PUBLIC"` // 从业年限
	Qualifications   string   `cbor:"8,keyasint,omitempty" share:"CONDITIONAL,profile"`
	RecommendedBy    string   `cbor:"9,keyasint,omitempty" share:"PUBLIC"`       // 推荐单位
	Services         []string `cbor:"10,keyasint,omitempty" share:"PUBLIC"`      // 服务方式: 现场 线上 书面论证 授课
	DistrictsServed  []string `cbor:"11,keyasint,omitempty" share:"PUBLIC"`      // GB/T 2260
	ConflictedBodies []string `cbor:"12,keyasint,omitempty" share:"SOURCE_ONLY"` // 回避单位
}

// Facts returns the facts of the entry.
func (e *Expert) Facts() Facts { return e.facts() }

// InvitedListing 特邀名册条目 is a court's listing of a person or an
// organisation as invited mediator (法释〔2016〕14号 Art. 5–6).
type InvitedListing struct {
	Entry          `cbor:"1,keyasint"`
	Invitee        InviteeKind `cbor:"2,keyasint" share:"PUBLIC"`
	Court          string      `cbor:"3,keyasint" share:"PUBLIC"`                        // court code
	Organization   ID          `cbor:"4,keyasint,omitempty" share:"PUBLIC" names:"kept"` // the listed organisation, or the person's invited one; its end is told to the court, who decides
	BodyName       string      `cbor:"5,keyasint,omitempty" share:"PUBLIC"`              // its name as printed
	SpecialistList string      `cbor:"6,keyasint,omitempty" share:"PUBLIC"`              // 专业名册
	CertificateNo  string      `cbor:"7,keyasint,omitempty" share:"PUBLIC"`
	CertifiedOn    Date        `cbor:"8,keyasint,omitempty" share:"PUBLIC"`
	Scope          string      `cbor:"9,keyasint,omitempty" share:"PUBLIC"`       // 受理范围
	FeeCharged     *bool       `cbor:"10,keyasint,omitempty" share:"PUBLIC"`      // 人民法院在线调解规则 Art. 5; nil when not said
	Evaluation     string      `cbor:"11,keyasint,omitempty" share:"SOURCE_ONLY"` // 年度评估
	Title          string      `cbor:"12,keyasint,omitempty" share:"PUBLIC"`
	ListedOn       Date        `cbor:"13,keyasint,omitempty" share:"PUBLIC"` // 入册日期, which need not be the term's first day
	// UsableByLowerCourts says that lower courts may call on the invitee, who
	// consented to it: on a day, or in a document (法释〔2016〕14号 Art. 5,
	// 人民法院在线调解规则 Art. 27).
	UsableByLowerCourts  *bool  `cbor:"14,keyasint,omitempty" share:"PUBLIC"`
	LowerCourtsConsentOn Date   `cbor:"15,keyasint,omitempty" share:"SOURCE_ONLY"`
	LowerCourtsConsentNo string `cbor:"16,keyasint,omitempty" share:"SOURCE_ONLY"`
	PlatformCertified    *bool  `cbor:"17,keyasint,omitempty" share:"PUBLIC"` // on the courts' mediation platform; nil when not said
	PublicationURL       string `cbor:"18,keyasint,omitempty" share:"PUBLIC"` // where the court publishes the listing (法释〔2016〕14号 Art. 8)
}

// without copies a list without its i-th entry: nil when none is left, as an empty list
// is read back.
func without[T any](list []T, i int) []T {
	if len(list) == 1 {
		return nil
	}
	return slices.Delete(slices.Clone(list), i, i+1)
}

// unlawful says in Chinese why the listing may not stand as it is, and at which
// field; "" when it may.
func (l *InvitedListing) unlawful(ref *Reference) (ImportField, string) {
	if l.UsableByLowerCourts == nil || !*l.UsableByLowerCourts {
		return 0, ""
	}
	if court, ok := ref.CourtByCode(l.Court); ok && court.Level == CourtBasic {
		return FieldUsableByLowerCourts, "基层人民法院没有下级法院，“下级法院可用”请填“否”或留空。"
	}
	if l.LowerCourtsConsentOn == 0 && l.LowerCourtsConsentNo == "" {
		return FieldUsableByLowerCourts, "供下级法院使用须经受邀的个人或组织同意（人民法院在线调解规则第二十七条）。请写明同意日期或同意书编号。"
	}
	return 0, ""
}

// Facts returns the facts of the entry with its court, body and certificate.
func (l *InvitedListing) Facts() Facts {
	f := l.facts()
	f.Court = l.Court
	f.Organization = l.Organization
	if l.CertificateNo != "" {
		f.Keys = append(f.Keys, Key{KeyCertificateNo, l.CertificateNo, false})
	}
	return f
}
