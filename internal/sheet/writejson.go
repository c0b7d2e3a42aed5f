package sheet

import (
	"bufio"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"concord/internal/hub"
)

// jsonWriter writes an object a line, with the names of the schema.
type jsonWriter struct {
	to     *bufio.Writer
	fields []jsonField
}

// jsonField is where a field goes: by itself, or in the object named first.
type jsonField struct {
	field       hub.ImportField
	outer, name string
	shape       jsonShape
	at          int // among the fields
}

type jsonShape uint8

const (
	jsonText   jsonShape = iota
	jsonCode             // the code alone
	jsonCoded            // {"code": …, "name": …}
	jsonLabels           // [{"label": …}]
	jsonList             // ["…"]
	jsonNumber           //
	jsonBool             //
)

var jsonShapes = map[hub.ImportField]jsonShape{
	hub.FieldLevel: jsonCode, hub.FieldStatus: jsonCode, hub.FieldSource: jsonCode, hub.FieldGender: jsonCode,
	hub.FieldEmployment: jsonCode, hub.FieldPosition: jsonCode, hub.FieldInvitee: jsonCode, hub.FieldKind: jsonCode,
	hub.FieldEthnicity: jsonCode, hub.FieldPolitical: jsonCode, hub.FieldPersonEducation: jsonCode,
	hub.FieldDistrict: jsonCoded, hub.FieldCourt: jsonCoded,
	hub.FieldSpecialties: jsonLabels,
	hub.FieldLanguages:   jsonList, hub.FieldServices: jsonList, hub.FieldDistrictsServed: jsonList, hub.FieldConflictedBodies: jsonList, hub.FieldEvidence: jsonList,
	hub.FieldTrainingHours: jsonNumber, hub.FieldEvaluationYear: jsonNumber, hub.FieldYears: jsonNumber, hub.FieldFullTime: jsonNumber, hub.FieldPartTime: jsonNumber,
	hub.FieldFeeCharged: jsonBool, hub.FieldUsableByLowerCourts: jsonBool, hub.FieldPlatformCertified: jsonBool, hub.FieldInternetPlus: jsonBool, hub.FieldCourtPlatform: jsonBool, hub.FieldOneWindow: jsonBool, hub.FieldFictional: jsonBool,
}

// jsonPath is the place of a field in the schema's type of the roster.
func jsonPath(kind hub.Kind, f hub.ImportField) string {
	switch {
	case f == hub.FieldPhone && (kind == hub.KindExpert || kind == hub.KindInvitedListing):
		return "person.mobile"
	case f == hub.FieldEmployer && kind == hub.KindMediator:
		return "employerListed"
	case f == hub.FieldEmployer && kind == hub.KindInvitedListing:
		return "person.employer"
	case f == hub.FieldOrganization && kind == hub.KindInvitedListing:
		return "bodyName"
	}
	return f.String()
}

func (w *jsonWriter) begin(kind hub.Kind, fields []hub.ImportField) {
	for _, f := range fields {
		outer, name, nested := strings.Cut(jsonPath(kind, f), ".")
		if !nested {
			outer, name = "", outer
		}
		w.fields = append(w.fields, jsonField{f, outer, name, jsonShapes[f], len(w.fields)})
	}
}

func (w *jsonWriter) row(cells []hub.ExportCell) error {
	w.to.WriteByte('{')
	first := true
	for i, f := range w.fields {
		switch {
		case emptyCell(cells[i]) || f.outer != "" && w.begun(cells, i):
			continue
		case !first:
			w.to.WriteByte(',')
		}
		first = false
		if f.outer == "" {
			w.member(f, cells[i])
			continue
		}
		// The whole object comes where its first member stands.
		w.text(f.outer)
		w.to.WriteByte(':')
		open := byte('{')
		for k, g := range w.fields[i:] {
			if g.outer == f.outer && !emptyCell(cells[i+k]) {
				w.to.WriteByte(open)
				w.member(g, cells[i+k])
				open = ','
			}
		}
		w.to.WriteByte('}')
	}
	_, err := w.to.WriteString("}\n")
	return err
}

// signature is the only name in the object that says where a file comes from.
const signature = "_export"

func (w *jsonWriter) sign(info hub.ExportInfo) error {
	type export struct {
		By       string    `json:"by"`
		Role     hub.Role  `json:"role"`
		At       time.Time `json:"at"`
		Revision uint64    `json:"revision"`
		On       string    `json:"on"`
		Rows     int       `json:"rows"`
	}
	text, err := json.Marshal(map[string]export{signature: {info.By, info.Role, info.At.UTC(), uint64(info.Revision), info.On.String(), info.Rows}})
	if err == nil {
		_, err = w.to.Write(append(text, '\n'))
	}
	return err
}

// begun reports whether an earlier field of the same object has a value.
func (w *jsonWriter) begun(cells []hub.ExportCell, i int) bool {
	return slices.ContainsFunc(w.fields[:i], func(g jsonField) bool { return g.outer == w.fields[i].outer && !emptyCell(cells[g.at]) })
}

func emptyCell(c hub.ExportCell) bool { return c.Text == "" && len(c.List) == 0 }

func (w *jsonWriter) member(f jsonField, c hub.ExportCell) {
	name := f.name
	if f.field == hub.FieldBirthDate && len(c.Text) < len("2006-01-02") {
		name = "birthMonth"
	}
	w.text(name)
	w.to.WriteByte(':')
	code := c.Code
	if code == "" {
		code = c.Text
	}
	switch f.shape {
	case jsonCode, jsonBool, jsonNumber:
		if f.shape == jsonCode {
			w.text(code)
		} else {
			w.to.WriteString(code)
		}
	case jsonCoded:
		w.to.WriteString(`{"code":`)
		w.text(code)
		w.to.WriteString(`,"name":`)
		w.text(c.Text)
		w.to.WriteByte('}')
	case jsonList, jsonLabels:
		w.to.WriteByte('[')
		for i, part := range c.List {
			if i > 0 {
				w.to.WriteByte(',')
			}
			if f.shape == jsonLabels {
				w.to.WriteString(`{"label":`)
				w.text(part)
				w.to.WriteByte('}')
			} else {
				w.text(part)
			}
		}
		w.to.WriteByte(']')
	default:
		if f.field == hub.FieldTermEnd && c.Text == hub.OpenEnd {
			w.to.WriteString("null")
			return
		}
		w.text(c.Text)
	}
}

func (w *jsonWriter) text(s string) {
	quoted, err := json.Marshal(s)
	if err != nil { // never of a string
		quoted = []byte(`""`)
	}
	w.to.Write(quoted)
}
