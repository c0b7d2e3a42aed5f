package hub

import "strings"

// Decision is what stands behind a move of a listing: on which ground, by whom,
// on what evidence. Only whoever keeps the listing reads it; the public sees the
// status and its day (what is said against somebody is not published, domain.md
// §3).
type Decision struct {
	Move       MoveName `cbor:"1,keyasint"`
	On         Date     `cbor:"2,keyasint,omitempty"` // from which day
	Ground     Ground   `cbor:"3,keyasint,omitempty"`
	Reason     string   `cbor:"4,keyasint,omitempty"`              // in words
	DocumentNo string   `cbor:"5,keyasint,omitempty"`              // of the decision or the written request
	Authority  string   `cbor:"6,keyasint,omitempty"`              // which body decided, as printed
	Actor      string   `cbor:"7,keyasint,omitempty"`              // who entered it
	Cause      ID       `cbor:"8,keyasint,omitempty" names:"kept"` // the organisation or listing whose move brought this one
	From       Date     `cbor:"9,keyasint,omitempty"`              // of a publicity
	Until      Date     `cbor:"10,keyasint,omitempty"`

	CertificateNo string `cbor:"11,keyasint,omitempty"` // of an appointment
	Training      string `cbor:"12,keyasint,omitempty"` // that was passed before it

	WithdrawnOn  Date   `cbor:"13,keyasint,omitempty"` // taken back before its day, see withdrawal.go
	WithdrawnBy  string `cbor:"14,keyasint,omitempty"` // who entered that
	WithdrawnWhy string `cbor:"15,keyasint,omitempty"`
}

// lastDecision is the latest one that was not withdrawn, nil when there is none.
func lastDecision(e *Entry) *Decision {
	for i := len(e.Decisions) - 1; i >= 0; i-- {
		if e.Decisions[i].WithdrawnOn == 0 {
			return &e.Decisions[i]
		}
	}
	return nil
}

func (d Decision) String() string {
	withdrawn := ""
	if d.WithdrawnOn != 0 {
		withdrawn = "（" + d.WithdrawnOn.String() + " 撤回：" + d.WithdrawnWhy + "）"
	}
	words := []string{d.Move.Label(), d.On.String(), d.Ground.Label(), d.DocumentNo, d.Authority, d.CertificateNo, d.Training, d.Reason, withdrawn}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}
