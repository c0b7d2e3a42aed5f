package hub

import "reflect"

// discreet is a record that holds what is nobody's to read: its changes tell of the
// fields of a record made from it, named as in the contract, in which no secret is.
type discreet interface {
	told() any
}

// toldOf is the record whose fields a change of r tells of.
func toldOf(r Record) reflect.Value {
	if d, ok := r.(discreet); ok {
		return reflect.ValueOf(d.told()).Elem()
	}
	return reflect.ValueOf(r).Elem()
}

// toldPost is the post of an account or a key.
type toldPost struct {
	Role     string  `share:"SOURCE_ONLY"`
	District string  `share:"SOURCE_ONLY"`
	Court    string  `share:"SOURCE_ONLY"`
	Agency   string  `share:"SOURCE_ONLY"`
	Scopes   []Scope `share:"SOURCE_ONLY"`
}

func (p Post) told() toldPost {
	return toldPost{p.Role.Label(), p.District, p.Court, p.Agency, p.Scopes}
}

// toldAccount is what changes tell of an account: of passwords and links, that
// there is one, and until when.
type toldAccount struct {
	Name  string `share:"SOURCE_ONLY"`
	Label string `share:"SOURCE_ONLY"`
	toldPost
	Subject            string `share:"SOURCE_ONLY"`
	HasPassword        bool   `share:"SOURCE_ONLY"`
	MustChangePassword bool   `share:"SOURCE_ONLY"`
	LinkUntil          string `share:"SOURCE_ONLY"`
	Disabled           bool   `share:"SOURCE_ONLY"`
}

func (a *Account) told() any {
	told := &toldAccount{a.Name, a.Label, a.post().told(), a.Subject, a.Password != "", a.MustChange, "", a.Disabled}
	if a.SetupBy != "" {
		told.LinkUntil = a.SetupUntil.In(chinaTime).Format("2006-01-02 15:04")
	}
	return told
}

// toldKey is what changes tell of a key.
type toldKey struct {
	Name string `share:"SOURCE_ONLY"`
	toldPost
	Expires  Date   `share:"SOURCE_ONLY"`
	Public   string `share:"SOURCE_ONLY"`
	Revoked  bool   `share:"SOURCE_ONLY"`
	LastUsed Date   `share:"SOURCE_ONLY"`
}

func (k *APIKey) told() any {
	return &toldKey{k.Name, k.post().told(), k.Expires, k.Public, k.Revoked, k.LastUsed}
}
