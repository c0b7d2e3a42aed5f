package hub

import (
	"fmt"
	"strings"
)

// ImportField is what a column of a sheet means, whatever its heading says. Its
// String is the field's place in the contract: name, person.gender, term.start.
type ImportField uint8

// The fields. They are not stored anywhere; their order is that of the columns
// of an exported sheet as far as a roster has them.
const (
	FieldRegistrationNo ImportField = iota + 1 // 编号
	FieldInvitee                               // 类别: 组织 or 个人
	FieldName
	FieldKind       // 组织类型
	FieldCreditCode // 统一社会信用代码
	FieldCreditCodeWaiver
	FieldCreditCodeEvidence // 豁免依据
	FieldSponsor
	FieldParent // 上级组织
	FieldGuidingAgency
	FieldGender
	FieldBirthDate // 出生年月, or a whole date
	FieldEthnicity
	FieldPolitical
	FieldPersonEducation // 文化程度
	FieldCitizenID
	FieldPhone
	FieldEmployer
	FieldPost
	FieldTitle
	FieldEducation // 学历学位 of an expert
	FieldExpertise // 专业方向
	FieldSource
	FieldSourceLabel
	FieldEmployment
	FieldPosition     // 组织内职务
	FieldOrganization // name of the organisation
	FieldCourt
	FieldSpecialistList
	FieldLevel
	FieldDistrict
	FieldStreet
	FieldAddress
	FieldHead
	FieldFoundedOn
	FieldFilingNo
	FieldFullTime
	FieldPartTime
	FieldScope // 受理范围 of an invited listing
	FieldSpecialties
	FieldLanguages
	FieldHours
	FieldInternetPlus
	FieldCourtPlatform
	FieldOneWindow
	FieldDisputeCentre
	FieldLiaisonArbitrator
	FieldGoldAward
	FieldQualifications
	FieldYears
	FieldRecommendedBy
	FieldServices
	FieldDistrictsServed
	FieldConflictedBodies
	FieldCertificateNo
	FieldCertificateBy
	FieldCertifiedOn
	FieldFeeCharged
	FieldUsableByLowerCourts
	FieldLowerCourtsConsentOn
	FieldLowerCourtsConsentNo
	FieldPlatformCertified
	FieldPublicationURL
	FieldListedOn // 入册日期 of an invited listing
	FieldAppointedBy
	FieldTermDocument // 聘任文号
	FieldTermStart
	FieldTermEnd
	FieldTrainingHours
	FieldEvaluation
	FieldEvaluationYear
	FieldStatus
	FieldStatusUntil // 暂停截止
	FieldStatusOn    // 变更日期
	FieldStatusGround
	FieldEvidence // 佐证材料
	FieldBiography
	FieldNote
	FieldFictional

	importFieldEnd
)

var importFieldNames = [importFieldEnd]string{
	FieldRegistrationNo:       "registrationNo",
	FieldInvitee:              "invitee",
	FieldName:                 "name",
	FieldKind:                 "kind",
	FieldCreditCode:           "creditCode",
	FieldCreditCodeWaiver:     "creditCodeWaiver",
	FieldCreditCodeEvidence:   "creditCodeEvidence",
	FieldSponsor:              "sponsor",
	FieldParent:               "parent.name",
	FieldGuidingAgency:        "guidingAgency",
	FieldGender:               "person.gender",
	FieldBirthDate:            "person.birthDate",
	FieldEthnicity:            "person.ethnicity",
	FieldPolitical:            "person.political",
	FieldPersonEducation:      "person.education",
	FieldCitizenID:            "person.citizenId",
	FieldPhone:                "phone",
	FieldEmployer:             "employer",
	FieldPost:                 "post",
	FieldTitle:                "title",
	FieldEducation:            "education",
	FieldExpertise:            "field",
	FieldSource:               "source",
	FieldSourceLabel:          "sourceLabel",
	FieldEmployment:           "employment",
	FieldPosition:             "position",
	FieldOrganization:         "organization.name",
	FieldCourt:                "court",
	FieldSpecialistList:       "specialistList",
	FieldLevel:                "level",
	FieldDistrict:             "district",
	FieldStreet:               "street",
	FieldAddress:              "address",
	FieldHead:                 "head",
	FieldFoundedOn:            "foundedOn",
	FieldFilingNo:             "filingNo",
	FieldFullTime:             "fullTimeListed",
	FieldPartTime:             "partTimeListed",
	FieldScope:                "scope",
	FieldSpecialties:          "specialties",
	FieldLanguages:            "languages",
	FieldHours:                "hours",
	FieldInternetPlus:         "onInternetPlus",
	FieldCourtPlatform:        "onCourtPlatform",
	FieldOneWindow:            "oneWindow",
	FieldDisputeCentre:        "inDisputeCentre",
	FieldLiaisonArbitrator:    "liaisonArbitrator",
	FieldGoldAward:            "goldAward",
	FieldQualifications:       "qualifications",
	FieldYears:                "years",
	FieldRecommendedBy:        "recommendedBy",
	FieldServices:             "services",
	FieldDistrictsServed:      "districtsServed",
	FieldConflictedBodies:     "conflictedBodies",
	FieldCertificateNo:        "certificateNo",
	FieldCertificateBy:        "certificateBy",
	FieldCertifiedOn:          "certifiedOn",
	FieldFeeCharged:           "feeCharged",
	FieldUsableByLowerCourts:  "usableByLowerCourts",
	FieldLowerCourtsConsentOn: "lowerCourtsConsentOn",
	FieldLowerCourtsConsentNo: "lowerCourtsConsentNo",
	FieldPlatformCertified:    "platformCertified",
	FieldPublicationURL:       "publicationUrl",
	FieldListedOn:             "listedOn",
	FieldAppointedBy:          "appointedBy",
	FieldTermDocument:         "term.documentNo",
	FieldTermStart:            "term.start",
	FieldTermEnd:              "term.end",
	FieldTrainingHours:        "trainingHours",
	FieldEvaluation:           "evaluation",
	FieldEvaluationYear:       "evaluationYear",
	FieldStatus:               "status",
	FieldStatusUntil:          "statusUntil",
	FieldStatusOn:             "statusOn",
	FieldStatusGround:         "statusGround",
	FieldEvidence:             "evidence",
	FieldBiography:            "biography",
	FieldNote:                 "note",
	FieldFictional:            "fictional",
}

// String returns the field's place in the contract, with a dot where it stands
// in an object.
func (f ImportField) String() string {
	if f == 0 || f >= importFieldEnd {
		return ""
	}
	return importFieldNames[f]
}

// ImportSheet is one table of a file: which columns it has and what they mean.
type ImportSheet struct {
	Name    string // of the worksheet; "" where a file is one table
	Columns []ImportColumn

	place [importFieldEnd]int16 // of a field among the columns, from 1
}

// ImportColumn is a column that is read.
type ImportColumn struct {
	Field   ImportField
	Letter  string // where people find it: C; "" where columns have no letters
	Heading string // as the sheet writes it
}

// NewImportSheet returns a sheet with these columns; of several with the same
// field the first one counts.
func NewImportSheet(name string, columns []ImportColumn) *ImportSheet {
	s := &ImportSheet{Name: name, Columns: columns}
	for i, c := range columns {
		if s.place[c.Field] == 0 {
			s.place[c.Field] = int16(i + 1)
		}
	}
	return s
}

// Has reports whether a column has this meaning.
func (s *ImportSheet) Has(f ImportField) bool { return s.place[f] != 0 }

// ImportRow is one row as its reader found it. It is not altered afterwards.
type ImportRow struct {
	Sheet  *ImportSheet
	Number int          // as people see it in the sheet: the first line is 1
	Cells  []ImportCell // one a column; missing ones at the end are blank
	Fault  string       // Chinese: why the row cannot be read at all; "" mostly
}

// ImportCell is what stands in a cell.
type ImportCell struct {
	Text string
	// Number is set when the cell is stored as a number, so that what a
	// number cannot keep (the digits of an identity number behind the 15th,
	// zeros in front) is lost.
	Number bool
}

// cell returns the cell of a field, the blank cell when there is no such column.
func (r *ImportRow) cell(f ImportField) ImportCell {
	if i := int(r.Sheet.place[f]); i > 0 && i <= len(r.Cells) {
		return r.Cells[i-1]
	}
	return ImportCell{}
}

// column returns the column of a field; one with the bare name when the sheet
// has none.
func (s *ImportSheet) column(f ImportField) ImportColumn {
	if i := s.place[f]; i > 0 {
		return s.Columns[i-1]
	}
	return ImportColumn{Field: f, Heading: f.String()}
}

// ImportProblem says what is wrong with, or remarkable about, one cell or row.
type ImportProblem struct {
	Sheet   string // worksheet, "" where a file is one table
	Row     int    // 0 when a whole sheet or file is meant
	Column  string // letter, "" when the row as a whole is meant
	Heading string // as the sheet writes it
	Value   string // what stands there, shortened; an identity number only masked
	Code    string // stable: one of the Fault constants
	Message string // Chinese: what is wrong and what to do
}

// RowOrNil returns the row, nil when the file as a whole is meant.
func (p *ImportProblem) RowOrNil() *int {
	if p.Row == 0 {
		return nil
	}
	return &p.Row
}

// Place says where the problem is: 工作表“津南”第 12 行 H 列“公民身份号码”.
func (p *ImportProblem) Place() string {
	var b strings.Builder
	if p.Sheet != "" {
		fmt.Fprintf(&b, "工作表“%s”", p.Sheet)
	}
	if p.Row > 0 {
		fmt.Fprintf(&b, "第 %d 行", p.Row)
	}
	if p.Column != "" {
		fmt.Fprintf(&b, " %s 列", p.Column)
	}
	if p.Heading != "" {
		fmt.Fprintf(&b, "“%s”", p.Heading)
	}
	return strings.TrimSpace(b.String())
}

// Error returns place, value and message in one line.
func (p *ImportProblem) Error() string {
	place := p.Place()
	if p.Value != "" {
		place += "（" + p.Value + "）"
	}
	if place == "" {
		return p.Message
	}
	return place + "：" + p.Message
}

// Faults of rows, besides those of single values in field.go.
const (
	FaultRow         = "row"               // cannot be read as a row of the sheet
	FaultFormula     = "formula"           // holds the error of a formula
	FaultTooLong     = "too_long"          // more text than the field takes
	FaultNumber      = "number"            // not a number, or not one that makes sense
	FaultFlag        = "flag"              // neither yes nor no
	FaultPlace       = "place"             // unknown district or court, or one that does not fit
	FaultTaken       = "taken"             // a number or person that is somebody else's
	FaultTwin        = "twin"              // probably somebody who is listed already
	FaultTwice       = "twice"             // the same number twice in one import
	FaultLink        = "link"              // no address of a page of the web
	FaultParent      = "parent_impossible" // an organisation that cannot stand above this one
	FaultUnlawful    = "unlawful"          // what a rule forbids, as the record would be as a whole
	FaultUnderage    = "underage"          // a mediator is an adult (调解仲裁法 Art. 11)
	FaultMove        = "move"              // a status that no sheet brings about
	FaultForbidden   = "forbidden"         // a record that the caller does not keep
	FaultEvidence    = "evidence"          // neither a document nor a link
	FaultAmbiguous   = "ambiguous"         // several things of that name
	FaultEnded       = "ended"             // an organisation that takes nobody any more
	RemarkUnknown    = "unknown"           // kept as it is written, though no list has it
	RemarkUnlinked   = "unlinked"          // an organisation that the hub does not know
	RemarkAge        = "age"               // outside the usual ages
	RemarkStatus     = "status"            // status and dates do not go together
	RemarkAssumed    = "assumed"           // left open by the sheet and assumed
	RemarkLeft       = "left"              // not taken over
	RemarkRename     = "rename"            // another name under the same number
	RemarkDuplicates = "duplicates"        // imported as new though probably a duplicate
)
