package hub

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// ListingQuestion asks whether somebody is on the roster: a name, one proof, and
// a day. The proof never leaves the hub, and a wrong name and an unknown proof
// get the same answer.
type ListingQuestion struct {
	Name           string
	CertificateNo  *string // 调解员证号, 特邀证书编号
	IdentityNumber *string // 公民身份号码
	RegistrationNo *string // 名册编号
	On             Date    // 0: today
}

// ListingVerification is the answer: on the roster on that day or not, and in
// which listings.
type ListingVerification struct {
	OnRoster bool // ACTIVE on that day in at least one listing
	On       Date
	Revision Revision
	Listings []VerifiedListing // those found, whatever their status on the day
}

// VerifiedListing is one listing of the person asked about.
type VerifiedListing struct {
	Kind           Kind
	RegistrationNo string
	Level          Level
	District       *Region
	Court          *Court
	Status         EntryStatus // on that day; "" when the listing began later
	Term           *AppointmentTerm
}

// listingKinds are the kinds of record that list a person.
var listingKinds = []Kind{KindMediator, KindExpert, KindInvitedListing}

// Identity numbers of somebody whose name is known must not be found by asking: where and
// about when she was born leaves some millions. So many wrong ones are answered for a name,
// and then one every so often. Callers with keys are counted each for herself, so that
// nobody unknown can make them wait.
const (
	wrongNumbers      = 50
	wrongNumbersEvery = 3 * time.Minute
)

// mayGuess counts a question by an identity number as a wrong one, until right is called.
func (h *Hub) mayGuess(p *Principal, name string) (right func(), err error) {
	who, now := p.ID+" "+name, h.now()
	if wait := h.numbers.Wait(who, now); wait > 0 {
		return nil, &Error{Code: CodeRateLimited, Field: "input.identityNumber",
			Message: fmt.Sprintf("以公民身份号码核验这个姓名，不符的次数过多。请在 %d 分钟后再试，或改用证书编号、名册编号。", int(math.Ceil(wait.Minutes())))}
	}
	h.numbers.Take(who, now)
	return func() { h.numbers.GiveBack(who) }, nil
}

// VerifyListing answers p whether a person is on the roster on a day.
func (h *Hub) VerifyListing(ctx context.Context, p *Principal, q ListingQuestion) (*ListingVerification, error) {
	name, err := ParsePersonName(q.Name)
	if err != nil {
		return nil, invalidField("input.name", err)
	}
	right := func() {}
	if q.IdentityNumber != nil {
		if right, err = h.mayGuess(p, name); err != nil {
			return nil, err
		}
	}
	out := &ListingVerification{On: q.On}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		moment, err := h.moment(snap, AsOf{}, q.On)
		if err != nil {
			return err
		}
		out.On, out.Revision = moment.On, snap.Revision()
		ids, err := h.listingsByProof(snap, q)
		if err != nil {
			return err
		}
		versions, err := snap.Get(0, ids...)
		if err != nil {
			return err
		}
		v := &viewer{hub: h, p: Anonymous, moment: moment}
		for _, version := range versions {
			entry := entryOf(version.Record)
			if entry == nil || entry.Name != name {
				continue
			}
			state := v.entryState(version, entry)
			listing := VerifiedListing{
				Kind: entry.ID.Kind(), RegistrationNo: entry.RegistrationNo, Level: entry.Level,
				District: v.district(entry.District), Status: state.Status, Term: state.Term,
			}
			if l, ok := version.Record.(*InvitedListing); ok {
				listing.Court, _ = h.reference.CourtByCode(l.Court)
			}
			out.OnRoster = out.OnRoster || state.Status == StatusActive
			out.Listings = append(out.Listings, listing)
		}
		return nil
	})
	if err != nil || len(out.Listings) > 0 {
		right()
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// listingsByProof returns the listings that carry the proof.
func (h *Hub) listingsByProof(snap Snapshot, q ListingQuestion) ([]ID, error) {
	given := 0
	for _, proof := range []*string{q.CertificateNo, q.IdentityNumber, q.RegistrationNo} {
		if proof != nil {
			given++
		}
	}
	if given != 1 {
		return nil, Invalid("input", "请给出且只给出一种凭据：certificateNo（证书编号）、identityNumber（公民身份号码）或 registrationNo（名册编号）。")
	}
	if q.IdentityNumber == nil {
		key, value := KeyCertificateNo, q.CertificateNo
		if value == nil {
			key, value = KeyRegistrationNo, q.RegistrationNo
		}
		return h.listings(snap, key, strings.TrimSpace(*value))
	}
	number, err := ParseCitizenID(*q.IdentityNumber, h.Today())
	if err != nil {
		return nil, invalidField("input.identityNumber", err)
	}
	persons, err := snap.Lookup(0, KindPerson, KeyIdentity, h.vault.Hash(number))
	if err != nil {
		return nil, err
	}
	var ids []ID
	for _, person := range persons {
		more, err := h.listings(snap, KeyPerson, person.String())
		if err != nil {
			return nil, err
		}
		ids = append(ids, more...)
	}
	return ids, nil
}

func (h *Hub) listings(snap Snapshot, key KeyName, value string) ([]ID, error) {
	var ids []ID
	for _, kind := range listingKinds {
		found, err := snap.Lookup(0, kind, key, value)
		if err != nil {
			return nil, err
		}
		ids = append(ids, found...)
	}
	slices.Sort(ids)
	return ids, nil
}

// entryOf returns the entry in a listing, nil for any other record.
func entryOf(r Record) *Entry {
	switch r := r.(type) {
	case *Mediator:
		return &r.Entry
	case *Expert:
		return &r.Entry
	case *InvitedListing:
		return &r.Entry
	}
	return nil
}

// invalidField turns a failed validation into an INVALID error of an argument.
func invalidField(field string, err error) error {
	return &Error{Code: CodeInvalid, Field: field, Message: err.Error()}
}
