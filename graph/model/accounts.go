package model

import "concord/internal/hub"

// AccountPayload tells of an account.
type AccountPayload struct {
	Outcome
	Account *hub.AccountView
	Link    string
}

// Account makes the payload of a change of an account.
func Account(w *hub.Written, err error) (*AccountPayload, error) {
	if err != nil {
		return nil, err
	}
	account, _ := w.Record.(*hub.AccountView)
	p := &AccountPayload{Outcome: outcome(w), Account: account}
	if w.HandOut != "" {
		p.Link = hub.LinkPath(w.HandOut)
	}
	return p, nil
}

// SessionPayload tells of a session.
type SessionPayload struct {
	Outcome
	Session *hub.SessionView
}

// Session makes the payload of a change of a session.
func Session(w *hub.Written, err error) (*SessionPayload, error) {
	if err != nil {
		return nil, err
	}
	session, _ := w.Record.(*hub.SessionView)
	return &SessionPayload{outcome(w), session}, nil
}

// KeyPayload tells of a key.
type KeyPayload struct {
	Outcome
	Key    *hub.KeyView
	Secret string
}

// Key makes the payload of a change of a key.
func Key(w *hub.Written, err error) (*KeyPayload, error) {
	if err != nil {
		return nil, err
	}
	key, _ := w.Record.(*hub.KeyView)
	return &KeyPayload{outcome(w), key, w.HandOut}, nil
}
