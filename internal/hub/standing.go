package hub

import (
	"context"
	"errors"
)

// Who calls is decided when a request begins, and what she reads she reads to the
// end. What she writes is another matter: a key that ran out or was revoked while
// its request was on the way – a sheet takes minutes to arrive – and a session that
// was ended write nothing any more. So whoever writes is asked for once more, just
// before the write.

// standing returns an UNAUTHENTICATED error when what opened the hub to p no longer
// does.
func (h *Hub) standing(ctx context.Context, p *Principal) error {
	kind := p.Kind()
	if kind != CallerKey && kind != CallerAccount {
		return nil
	}
	return h.withSnapshot(ctx, func(snap Snapshot) error {
		if kind == CallerAccount {
			versions, err := snap.Get(0, p.Session, p.Account)
			if err != nil {
				return err
			}
			s, signedIn := versions[0].Record.(*Session)
			a, known := versions[1].Record.(*Account)
			if signedIn && known && !h.live(s, a) {
				return &Error{Code: CodeUnauthenticated, Message: "登录在办理过程中已失效，本次变更没有写入。请重新登录后再办。"}
			}
			return nil
		}
		id, err := ParseID(p.ID)
		if err != nil {
			return err
		}
		versions, err := snap.Get(0, id)
		if err != nil {
			return err
		}
		switch key, ok := versions[0].Record.(*APIKey); {
		case ok && key.Revoked:
			return &Error{Code: CodeUnauthenticated, Message: "密钥在办理过程中被停用，本次变更没有写入。请向市人社局申请换发。"}
		case ok && !key.UsableOn(h.Today()):
			e := Invalid("", "密钥已于 %s 到期，本次变更没有写入。请向市人社局申请换发。", key.Expires)
			e.Code = CodeUnauthenticated
			return e
		}
		return nil
	})
}

// noteEnded writes down in the audit that p would have written, and returns why not.
func (h *Hub) noteEnded(ctx context.Context, p *Principal, operation string, record ID, why error) error {
	said, _ := errors.AsType[*Error](why)
	if err := h.noteAttempt(ctx, p, operation, record, UserError{Code: string(said.Code), Message: said.Message}); err != nil {
		return err
	}
	return why
}
