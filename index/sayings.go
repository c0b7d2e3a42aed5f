package index

import (
	"strings"

	"concord/internal/hub"
)

// saying is a text of a record by which the record is found and in which what
// matched is shown.
type saying struct {
	field string // its name in the contract; "" for what is shown in other words
	text  string
	role  role
}

// role says what a text is the text of, and with it how it is taken apart.
type role uint8

// The roles.
const (
	ofPerson       role = iota // name of a person: in parts and as it sounds
	ofOrganization             // own name of an organisation
	ofBody                     // name of an organisation or employer
	ofTitle                    // professional title or post
	ofProse                    // text that may speak of specialties
	ofText                     // any other text
	ofNumber                   // registration and other numbers
)

// sayings returns the texts of a roster record. Only fields of sharing class
// PUBLIC may stand here: that somebody is found tells what the record says.
func sayings(r hub.Record) []saying {
	switch r := r.(type) {
	case *hub.Mediator:
		return append(entrySayings(&r.Entry, ofPerson),
			saying{"title", r.Title, ofTitle},
			saying{"appointedBy", r.AppointedBy, ofText},
			saying{"", r.Employment.Label(), ofText},
			saying{"languages", strings.Join(r.Languages, "、"), ofText},
			saying{"certificateNo", r.CertificateNo, ofNumber},
		)
	case *hub.Expert:
		return append(entrySayings(&r.Entry, ofPerson),
			saying{"title", r.Title, ofTitle},
			saying{"post", r.Post, ofTitle},
			saying{"employer", r.Employer, ofBody},
			saying{"field", r.Field, ofProse},
			saying{"education", r.Education, ofText},
			saying{"recommendedBy", r.RecommendedBy, ofText},
			saying{"services", strings.Join(r.Services, "、"), ofText},
			saying{"", able(r.Services), ofText},
		)
	case *hub.InvitedListing:
		listed := ofPerson
		if r.Invitee == hub.InviteeOrganization {
			listed = ofOrganization
		}
		return append(entrySayings(&r.Entry, listed),
			saying{"title", r.Title, ofTitle},
			saying{"bodyName", r.BodyName, ofBody},
			saying{"specialistList", r.SpecialistList, ofText},
			saying{"scope", r.Scope, ofProse},
			saying{"certificateNo", r.CertificateNo, ofNumber},
		)
	case *hub.Organization:
		return []saying{
			{"name", r.Name, ofOrganization},
			{"registrationNo", r.RegistrationNo, ofNumber},
			{"creditCode", r.CreditCode, ofNumber},
			{"sponsor", r.Sponsor, ofText},
			{"guidingAgency", r.GuidingAgency, ofText},
			{"street", r.Street, ofText},
			{"address", r.Address, ofText},
			{"phone", r.Phone, ofNumber},
			{"head", r.Head, ofText},
			{"hours", r.Hours, ofText},
			{"inDisputeCentre", r.InDisputeCentre, ofText},
			{"liaisonArbitrator", r.LiaisonArbitrator, ofText},
			{"goldAward", r.GoldAward, ofText},
		}
	}
	return nil
}

// able says services as people ask for them: 可线上.
func able(services []string) string {
	var said strings.Builder
	for _, s := range services {
		said.WriteString("可" + s + "、")
	}
	return said.String()
}

func entrySayings(e *hub.Entry, listed role) []saying {
	return []saying{
		{"name", e.Name, listed},
		{"registrationNo", e.RegistrationNo, ofNumber},
		{"biography", e.Biography, ofProse},
		{"sourceLabel", e.SourceLabel, ofText},
		{"street", e.Street, ofText},
	}
}
