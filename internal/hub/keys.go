package hub

import "context"

// CreateKey keeps a new API key; its secret is the caller's to hand over. ID and
// CreatedAt are filled in.
func (h *Hub) CreateKey(ctx context.Context, p *Principal, key APIKey) (*APIKey, error) {
	if p.Role != RoleSystem && p.Role != RoleCityAdmin {
		return nil, Forbidden("只有市级管理员可以发放接口密钥。")
	}
	if err := key.Validate(h.reference); err != nil {
		return nil, err
	}
	if key.Expires != 0 && key.Expires < h.Today() {
		return nil, Invalid("expires", "有效期 %s 已过。请给出今天或以后的日期。", key.Expires)
	}
	key.ID = h.store.NextID(KindKey)
	key.CreatedAt = h.now().UTC()
	_, err := h.store.Apply(ctx, Batch{
		Origin: Origin{Actor: p.ID, Reason: "发放接口密钥：" + key.Name},
		At:     key.CreatedAt,
		Puts:   []Put{{Record: &key}},
	})
	if err != nil {
		return nil, err
	}
	return &key, nil
}

// KeyByPublic returns the key with this public part, nil when there is none.
// The caller compares the secret and asks [APIKey.UsableOn].
func (h *Hub) KeyByPublic(ctx context.Context, public string) (*APIKey, error) {
	var key *APIKey
	err := h.withSnapshot(ctx, func(snap Snapshot) error {
		ids, err := snap.Lookup(0, KindKey, KeySecret, public)
		if err != nil || len(ids) == 0 {
			return err
		}
		versions, err := snap.Get(0, ids[0])
		if err == nil && versions[0].Record != nil {
			key = versions[0].Record.(*APIKey)
		}
		return err
	})
	return key, err
}
