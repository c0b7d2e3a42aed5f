package hub

import "context"

// IdentityKey says under which key the identity numbers of the log's newest state
// are sealed, so that a hub is not served under another one, which would recognise
// nobody. There is one such record. What older states of persons hold stays sealed
// under the key of their time.
type IdentityKey struct {
	ID   ID     `cbor:"1,keyasint"`
	Mark string `cbor:"2,keyasint"`           // of the key, see [Vault]
	Next string `cbor:"3,keyasint,omitempty"` // of the key to which the numbers are being moved; "" when none are
}

// RecordID returns the id.
func (k *IdentityKey) RecordID() ID { return k.ID }

// Facts returns no facts: there is one, under an id that is known.
func (k *IdentityKey) Facts() Facts { return Facts{} }

var identityKeyID = NewID(KindIdentityKey, 1)

// identityKey returns the record, the zero Version in data that has none yet.
func identityKey(snap Snapshot) (*IdentityKey, Revision, error) {
	versions, err := snap.Get(0, identityKeyID)
	if err != nil || versions[0].Record == nil {
		return nil, 0, err
	}
	return versions[0].Record.(*IdentityKey), versions[0].Revision, nil
}

// MarkIdentityKey notes under which key a fresh hub seals.
func (h *Hub) MarkIdentityKey(ctx context.Context) error {
	return h.setIdentityKey(ctx, &IdentityKey{Mark: h.vault.Mark()}, 0, "初始数据")
}

func (h *Hub) setIdentityKey(ctx context.Context, k *IdentityKey, expected Revision, reason string) error {
	k.ID = identityKeyID
	_, err := h.store.Apply(ctx, Batch{Origin: Origin{Actor: System.ID, Reason: reason}, At: h.now().UTC(), Puts: []Put{{k, expected}}})
	return err
}

// CheckIdentityKey refuses a hub whose numbers are sealed under another key than
// its vault's, or are being moved to another.
func (h *Hub) CheckIdentityKey(ctx context.Context) error {
	return h.withSnapshot(ctx, func(snap Snapshot) error {
		k, _, err := identityKey(snap)
		switch {
		case err != nil || k == nil:
			return err
		case k.Next != "":
			return Invalid("identityKey", "身份密钥的更换尚未完成（由 %s 换为 %s）。请再次运行 concord key rotate-identity，完成后再启动。", k.Mark, k.Next)
		case k.Mark != h.vault.Mark():
			return Invalid("identityKey", "身份密钥不是这份数据所用的那一个：数据所用的标记为 %s，现有的为 %s。请用 --identity-key（环境变量 CONCORD_IDENTITY_KEY）提供原来的密钥，或把它放回数据目录的 identity.key；刚更换过密钥的，请再次运行 concord key rotate-identity。", k.Mark, h.vault.Mark())
		}
		return nil
	})
}

// RotateIdentityKey seals every number that the hub's vault has sealed anew under
// another key, as ordinary changes in batches. Interrupted at any point, it is
// called again with the same two vaults and goes on; meanwhile the hub is not
// served. When it returns nil nothing in the newest state needs the old key.
// total counts the persons with a number.
func (h *Hub) RotateIdentityKey(ctx context.Context, p *Principal, to Vault, progress func(done int)) (total int, err error) {
	if p.Role != RoleSystem {
		return 0, Forbidden("只有在本机操作的运维人员可以更换身份密钥。")
	}
	from := h.vault
	if from.Mark() == to.Mark() {
		return 0, Invalid("identityKey", "新旧两个身份密钥相同，没有可更换的。")
	}
	var state *IdentityKey
	var at Revision
	if err := h.withSnapshot(ctx, func(snap Snapshot) (err error) {
		state, at, err = identityKey(snap)
		return err
	}); err != nil {
		return 0, err
	}
	switch {
	case state == nil:
		state = &IdentityKey{Mark: from.Mark()}
	case state.Next != "" && state.Next != to.Mark():
		return 0, Invalid("identityKey", "身份密钥正在换为另一个密钥（标记 %s），不是这里给出的（%s）。请用上次更换时的新密钥继续。", state.Next, to.Mark())
	case state.Mark == to.Mark() && state.Next == "": // all done but for the caller's files
	case state.Mark != from.Mark():
		return 0, Invalid("identityKey", "现有的身份密钥（标记 %s）不是这份数据所用的（%s），无法更换。请先放回原来的密钥。", from.Mark(), state.Mark)
	}
	if state.Next == "" && state.Mark == from.Mark() {
		if err := h.setIdentityKey(ctx, &IdentityKey{Mark: from.Mark(), Next: to.Mark()}, at, "更换身份密钥：开始"); err != nil {
			return 0, err
		}
	}
	if total, err = h.resealAll(ctx, from, to, progress); err != nil {
		return total, err
	}
	if err := h.withSnapshot(ctx, func(snap Snapshot) (err error) {
		state, at, err = identityKey(snap)
		return err
	}); err != nil || state.Next == "" {
		return total, err
	}
	return total, h.setIdentityKey(ctx, &IdentityKey{Mark: to.Mark()}, at, "更换身份密钥：完成")
}

// resealAll moves every number that does not open under to.
func (h *Hub) resealAll(ctx context.Context, from, to Vault, progress func(done int)) (total int, err error) {
	batch := Batch{Origin: Origin{Actor: System.ID, Reason: "更换身份密钥：重新加密证件号码"}}
	flush := func() error {
		if len(batch.Puts) > 0 {
			batch.At = h.now().UTC()
			if _, err := h.store.Apply(ctx, batch); err != nil {
				return err
			}
			batch.Puts = make([]Put, 0, loadBatch)
		}
		if progress != nil {
			progress(total)
		}
		return nil
	}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		for v, err := range snap.All(0, KindPerson) {
			if err != nil {
				return err
			}
			person := v.Record.(*Person)
			if person.Identity.Hash == "" {
				continue
			}
			total++
			if _, err := to.Open(person.Identity); err == nil {
				continue // before an interruption
			}
			number, err := from.Open(person.Identity)
			if err != nil {
				return unopened(person.ID, err)
			}
			next := *person
			if next.Identity, err = to.Seal(number); err != nil {
				return err
			}
			batch.Puts = append(batch.Puts, Put{&next, v.Revision})
			if len(batch.Puts) == loadBatch {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		return flush()
	})
	return total, err
}

func unopened(person ID, cause error) error {
	return &Error{Code: CodeInternal, Message: "自然人 " + person.String() + " 的证件号码无法用身份密钥解开：密钥不对，或记录已损坏。请运行 concord verify 核验。", Cause: cause}
}

// VerifyIdentities opens every number of the newest state and holds its hash
// against it. found is called with each person whose number does not open, or is
// not what its hash says; it returns how many were looked at.
func (h *Hub) VerifyIdentities(ctx context.Context, found func(person ID)) (looked int, err error) {
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		for v, err := range snap.All(0, KindPerson) {
			if err != nil {
				return err
			}
			person := v.Record.(*Person)
			if person.Identity.Hash == "" {
				continue
			}
			looked++
			if number, err := h.vault.Open(person.Identity); err != nil || h.vault.Hash(number) != person.Identity.Hash {
				found(person.ID)
			}
		}
		return nil
	})
	return looked, err
}
