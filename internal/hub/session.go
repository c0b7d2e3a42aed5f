package hub

import (
	"context"
	"slices"
	"time"
)

// Session is somebody who has signed in. It is written when it begins and when it
// is ended; that it is used, is kept in memory alone (see uses.go).
type Session struct {
	ID         ID         `cbor:"1,keyasint"`
	Account    ID         `cbor:"2,keyasint" names:"kept"`
	Public     string     `cbor:"3,keyasint"` // by which the cookie finds it
	SecretHash []byte     `cbor:"4,keyasint"`
	Epoch      int        `cbor:"5,keyasint"` // of the account when it began
	By         SignInKind `cbor:"6,keyasint"`
	StartedAt  time.Time  `cbor:"7,keyasint"`
	EndedAt    time.Time  `cbor:"8,keyasint"`           // zero while nobody has ended it
	Client     string     `cbor:"9,keyasint,omitempty"` // what the browser calls itself, shortened
}

// SignInKind says by what somebody signed in.
type SignInKind string

// The ways of signing in.
const (
	SignInPassword SignInKind = "PASSWORD"
	SignInProvider SignInKind = "PROVIDER"
)

// How long sessions last.
const (
	SessionIdle  = 2 * time.Hour  // without a request
	SessionTerm  = 12 * time.Hour // whatever happens
	mostSessions = 10             // of an account at a time; a further one ends the oldest
)

// RecordID returns the id.
func (s *Session) RecordID() ID { return s.ID }

// Facts returns the ways in which a session is found: none once it has been ended.
func (s *Session) Facts() Facts {
	if !s.EndedAt.IsZero() {
		return Facts{}
	}
	return Facts{Keys: []Key{{KeySecret, s.Public, true}, {KeyHolder, s.Account.String(), false}}}
}

// live reports whether the session opens the account.
func (h *Hub) live(s *Session, a *Account) bool {
	now := h.now()
	return s.EndedAt.IsZero() && !a.Disabled && s.Epoch == a.Epoch && now.Before(s.StartedAt.Add(SessionTerm)) && now.Sub(h.uses.session(s)) < SessionIdle
}

// sessions returns those of an account that nobody has ended.
func sessionsOf(snap Snapshot, account ID) ([]Version, error) {
	ids, err := snap.Lookup(0, KindSession, KeyHolder, account.String())
	if err != nil {
		return nil, err
	}
	return snap.Get(0, ids...)
}

// mostClient is how much is kept of what a browser calls itself: it names itself last.
const mostClient = 200

// BeginSession keeps a session of somebody who has proved to be the holder of a.
// Those of the account that are over are ended with it, and the oldest when there
// are too many.
func (h *Hub) BeginSession(ctx context.Context, a *Account, secret Secret, by SignInKind, client string) (*Session, error) {
	for try := 1; ; try++ {
		now := h.now().UTC()
		s := &Session{ID: h.store.NextID(KindSession), Account: a.ID, Public: secret.Public, SecretHash: secret.Hash, Epoch: a.Epoch, By: by, StartedAt: now, Client: shortened(tidyLine(client), mostClient)}
		batch := Batch{Origin: Origin{Actor: a.ID.String(), Authority: a.principal(s).authority(), Reason: "登录"}, At: now, Puts: []Put{{Record: s}}}
		err := h.withSnapshot(ctx, func(snap Snapshot) error {
			have, err := sessionsOf(snap, a.ID)
			open := 0
			for _, v := range slices.Backward(have) {
				if h.live(v.Record.(*Session), a) && open < mostSessions-1 {
					open++
					continue
				}
				batch.Puts = append(batch.Puts, ended(v, now))
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		_, err = h.store.Apply(ctx, batch)
		if err == nil {
			h.uses.touch(s.ID, now)
			return s, nil
		}
		if CodeOf(err) != CodeConflict || try == mostTries {
			return nil, err
		}
	}
}

func ended(v Version, now time.Time) Put {
	over := *v.Record.(*Session)
	over.EndedAt = now
	return Put{&over, v.Revision}
}

// SessionByPublic returns the session with this public part and its account; nil
// when there is none that opens it. The caller compares the secret and then says
// [Hub.SessionUsed].
func (h *Hub) SessionByPublic(ctx context.Context, public string) (s *Session, a *Account, err error) {
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		ids, err := snap.Lookup(0, KindSession, KeySecret, public)
		if err != nil || len(ids) == 0 {
			return err
		}
		versions, err := snap.Get(0, ids[0])
		if err != nil {
			return err
		}
		found := versions[0].Record.(*Session)
		if versions, err = snap.Get(0, found.Account); err != nil {
			return err
		}
		if account, ok := versions[0].Record.(*Account); ok && h.live(found, account) {
			s, a = found, account
		}
		return nil
	})
	return s, a, err
}

// SessionUsed notes that a session was used, and returns whom it stands for.
func (h *Hub) SessionUsed(s *Session, a *Account) *Principal {
	h.uses.touch(s.ID, h.now())
	return a.principal(s)
}

// SignOut ends a session on behalf of its holder.
func (h *Hub) SignOut(ctx context.Context, s *Session) error {
	v, err := h.lookedUp(ctx, KindSession, KeySecret, s.Public)
	if err != nil || v.Record == nil {
		return err
	}
	now := h.now().UTC()
	_, err = h.store.Apply(ctx, Batch{Origin: Origin{Actor: s.Account.String(), Reason: "退出登录"}, At: now, Puts: []Put{ended(v, now)}})
	if err != nil && CodeOf(err) != CodeConflict { // of a conflict: somebody else was faster
		return err
	}
	h.uses.forget(s.ID)
	return nil
}

// SessionView is a session that is open.
type SessionView struct {
	*Session
	LastSeen time.Time
	Until    time.Time // the latest
	Current  bool      // the caller's own
	Revision Revision
}

func (h *Hub) sessionView(p *Principal, v Version) *SessionView {
	s := v.Record.(*Session)
	return &SessionView{Session: s, LastSeen: h.uses.session(s), Until: s.StartedAt.Add(SessionTerm), Current: s.ID == p.Session, Revision: v.Revision}
}

func (p *Principal) seesSession(s *Session) bool {
	return p.seesAccess() || p.Account != 0 && p.Account == s.Account
}

// Sessions returns the open sessions of an account, the newest first; of the
// caller's own when account is 0. Administrators and auditors see those of all.
func (h *Hub) Sessions(ctx context.Context, p *Principal, account ID) (views []*SessionView, err error) {
	if p.Role == RoleAnonymous {
		return nil, &Error{Code: CodeUnauthenticated, Message: "查看登录会话须先登录。"}
	}
	if account == 0 {
		account = p.Account
	}
	if account != p.Account && !p.seesAccess() {
		return nil, Forbidden("只能查看自己的登录会话。")
	}
	if account == 0 {
		return nil, nil
	}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		found, err := sessionsOf(snap, account)
		if err != nil || len(found) == 0 {
			return err
		}
		versions, err := snap.Get(0, account)
		if err != nil {
			return err
		}
		a := versions[0].Record.(*Account)
		for _, v := range slices.Backward(found) {
			if h.live(v.Record.(*Session), a) {
				views = append(views, h.sessionView(p, v))
			}
		}
		return nil
	})
	return views, err
}

// EndSessionInput ends a session.
type EndSessionInput struct{ Write }

// EndSession ends a session: one's own, or, by administrators, anybody's.
func (h *Hub) EndSession(ctx context.Context, p *Principal, in EndSessionInput) (*Written, error) {
	return h.write(ctx, p, "END_SESSION", in.Write, in, func(w *writing) error {
		v, ok, err := w.find(in.ID, KindSession)
		if err != nil || !ok {
			return err
		}
		s := v.Record.(*Session)
		if s.Account != w.p.Account && !w.p.keepsAccess() {
			w.refuse("id", RefusalForbidden, Forbidden("只能结束自己的登录会话。"))
			return nil
		}
		if !s.EndedAt.IsZero() {
			w.refuse("id", RefusalMove, Invalid("id", "这个登录会话已经结束。"))
			return nil
		}
		put := ended(v, h.now().UTC())
		w.put(put.Record, put.Expected)
		return nil
	})
}

// NoteRefusedSignIn writes down that somebody was not let in. account is 0 when
// none was found. What was typed is not among it.
func (h *Hub) NoteRefusedSignIn(ctx context.Context, account ID, code, message string) error {
	return h.noteAttempt(ctx, Anonymous, "SIGN_IN", account, UserError{Code: code, Message: message})
}
