package hub

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// APIKey is a program's access to the hub. The secret itself is shown once, when
// the key is made; only its hash is kept.
type APIKey struct {
	ID         ID        `cbor:"1,keyasint"`
	Name       string    `cbor:"2,keyasint"`
	Role       Role      `cbor:"3,keyasint"`
	District   string    `cbor:"4,keyasint,omitempty"`
	Court      string    `cbor:"5,keyasint,omitempty"`
	Agency     string    `cbor:"6,keyasint,omitempty"`
	Scopes     []Scope   `cbor:"7,keyasint,omitempty"`
	Expires    Date      `cbor:"8,keyasint,omitempty"` // last day of validity (Asia/Shanghai); 0 for none
	Public     string    `cbor:"9,keyasint"`           // the id part of ck_<id>_<secret><crc>
	SecretHash []byte    `cbor:"10,keyasint"`          // SHA-256
	CreatedAt  time.Time `cbor:"11,keyasint"`
	Revoked    bool      `cbor:"12,keyasint,omitempty"`
	LastUsed   Date      `cbor:"13,keyasint,omitempty"` // see [Hub.KeepUses]
	Documents  []string  `cbor:"14,keyasint,omitempty"` // SHA-256 (hexadecimal, sorted) of the query documents that it is for; none: any
}

// RecordID returns the id.
func (k *APIKey) RecordID() ID { return k.ID }

// Facts returns the look-up by the key's public part.
func (k *APIKey) Facts() Facts {
	return Facts{Keys: []Key{{KeySecret, k.Public, true}}}
}

func (k *APIKey) post() Post { return Post{k.Role, k.District, k.Court, k.Agency, k.Scopes} }

// Principal returns whom the key stands for.
func (k *APIKey) Principal() *Principal {
	return &Principal{ID: k.ID.String(), Name: k.Name, Role: k.Role, District: k.District, Court: k.Court, Agency: k.Agency, Scopes: k.Scopes, Documents: k.Documents}
}

// UsableOn reports whether the key opens anything on day d.
func (k *APIKey) UsableOn(d Date) bool { return !k.Revoked && (k.Expires == 0 || d <= k.Expires) }

// mostLiveKeys is how many keys of one name and post may be usable at a time: the
// one in use, and the one that is to replace it.
const mostLiveKeys = 2

// mostKeys is how many keys a hub hands out without more ado; they are read as a
// whole when one is added.
const mostKeys = 10_000

// mostDocuments is how many query documents a key can be bound to: more than any
// program known to us has.
const mostDocuments = 500

// checkKey returns what is wrong with a new key.
func (h *Hub) checkKey(snap Snapshot, key *APIKey) (*Error, error) {
	if key.Name = tidyLine(key.Name); key.Name == "" || len([]rune(key.Name)) > mostLine {
		return Invalid("name", "请给密钥起一个能认出使用者的名称，例如 市总工会调解系统。"), nil
	}
	post := key.post()
	if wrong := post.check(h.reference); wrong != nil {
		return wrong, nil
	}
	if key.Expires != 0 && key.Expires < h.Today() {
		return Invalid("expires", "有效期 %s 已过。请给出今天或以后的日期。", key.Expires), nil
	}
	if wrong := key.bind(); wrong != nil {
		return wrong, nil
	}
	live, all := 0, 0
	for v, err := range snap.All(0, KindKey) {
		if err != nil {
			return nil, err
		}
		other := v.Record.(*APIKey)
		all++
		if other.Name == key.Name && other.Role == key.Role && other.District == key.District && other.Court == key.Court && other.Agency == key.Agency && other.UsableOn(h.Today()) {
			live++
		}
	}
	if live >= mostLiveKeys || all >= mostKeys {
		return &Error{Code: CodeConflict, Field: "name", Message: "“" + Shorten(key.Name) + "”已有两个有效的密钥（在用的和换发的）。请先停用不再使用的那个，再发放新的。"}, nil
	}
	return nil, nil
}

// bind brings the documents that the key is for into order.
func (k *APIKey) bind() *Error {
	if len(k.Documents) > mostDocuments {
		return Invalid("documents", "一个密钥最多绑定 %d 个查询文档。请合并查询，或分给几个密钥。", mostDocuments)
	}
	var documents []string
	for i, d := range k.Documents {
		d = strings.ToLower(strings.TrimSpace(d))
		documents = append(documents, d)
		if sum, err := hex.DecodeString(d); err != nil || len(sum) != sha256.Size {
			return Invalid("documents", "第 %d 个查询文档摘要不对。请给出文档全文（UTF-8）的 SHA-256，写成 64 位十六进制。", i+1)
		}
	}
	slices.Sort(documents)
	k.Documents = slices.Compact(documents)
	return nil
}

// CreateKey keeps a new API key; its secret is the caller's to hand over. ID and
// CreatedAt are filled in. It is for the operator at the machine; through the API
// it is [Hub.IssueKey].
func (h *Hub) CreateKey(ctx context.Context, p *Principal, key APIKey) (*APIKey, error) {
	if !p.keepsAccess() {
		return nil, Forbidden("只有市级管理员可以发放接口密钥。")
	}
	h.keying.Lock()
	defer h.keying.Unlock()
	err := h.withSnapshot(ctx, func(snap Snapshot) error {
		wrong, err := h.checkKey(snap, &key)
		if wrong != nil {
			return wrong
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	key.ID = h.store.NextID(KindKey)
	key.CreatedAt = h.now().UTC()
	_, err = h.store.Apply(ctx, Batch{
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
	v, err := h.lookedUp(ctx, KindKey, KeySecret, public)
	key, _ := v.Record.(*APIKey)
	return key, err
}

// lookedUp returns the one record that carries a natural key; the zero Version when
// there is none.
func (h *Hub) lookedUp(ctx context.Context, kind Kind, name KeyName, value string) (v Version, err error) {
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		ids, err := snap.Lookup(0, kind, name, value)
		if err != nil || len(ids) == 0 {
			return err
		}
		versions, err := snap.Get(0, ids[0])
		if err == nil {
			v = versions[0]
		}
		return err
	})
	return v, err
}

// keepsAccess reports whether p hands out keys and accounts.
func (p *Principal) keepsAccess() bool { return p.Role == RoleCityAdmin || p.Role == RoleSystem }

// seesAccess reports whether p sees who has keys and accounts.
func (p *Principal) seesAccess() bool { return p.keepsAccess() || p.Role == RoleAuditor }

func (w *writing) keepsAccess() bool {
	if w.p.keepsAccess() {
		return true
	}
	w.refuse("", RefusalForbidden, Forbidden("帐号和接口密钥由市级管理员（市人社局）发放、修改和停用。请与其联系。"))
	return false
}

// KeyView is a key without its secret.
type KeyView struct {
	*APIKey
	District  *Region
	Court     *Court
	Agency    *Agency
	Usable    bool // it opens something today
	LastUsed  Date // 0: never, as far as is known
	Revision  Revision
	UpdatedAt time.Time
}

// places returns the records of a post's place.
func (h *Hub) places(p Post) (district *Region, court *Court, agency *Agency) {
	district, _ = h.reference.District(p.District)
	court, _ = h.reference.CourtByCode(p.Court)
	agency, _ = h.reference.AgencyByCode(p.Agency)
	return district, court, agency
}

func (h *Hub) keyView(v Version) *KeyView {
	k := v.Record.(*APIKey)
	district, court, agency := h.places(k.post())
	return &KeyView{APIKey: k, District: district, Court: court, Agency: agency, Usable: k.UsableOn(h.Today()), LastUsed: h.uses.key(k), Revision: v.Revision, UpdatedAt: v.At}
}

// KeyFilter narrows the keys.
type KeyFilter struct {
	Name   *string // a part of it
	Usable *bool
}

// APIKeys returns a page of the keys, the newest first.
func (h *Hub) APIKeys(ctx context.Context, p *Principal, filter KeyFilter, page PageArgs) (*Connection[*KeyView], error) {
	return listAccess(ctx, h, p, KindKey, page, []any{given(filter.Name), filter.Usable != nil, given(filter.Usable)}, h.keyView, func(k *KeyView) bool {
		return strings.Contains(k.Name, given(filter.Name)) && (filter.Usable == nil || *filter.Usable == k.Usable)
	})
}

// listAccess returns a page of keys or accounts, the newest first. There are as
// many as there are offices and programs: they are read as a whole.
func listAccess[T any](ctx context.Context, h *Hub, p *Principal, kind Kind, page PageArgs, question []any, view func(Version) T, fits func(T) bool) (*Connection[T], error) {
	if p.Role == RoleAnonymous {
		return nil, &Error{Code: CodeUnauthenticated, Message: "查看帐号和密钥须表明身份。请登录；程序请在 Authorization 请求头中带上密钥。"}
	}
	if !p.seesAccess() {
		return nil, Forbidden("帐号和密钥由市级管理员和审计员查看。")
	}
	walk, err := backwardsFrom(page, append([]any{kind.String()}, question...)...)
	if err != nil {
		return nil, err
	}
	conn := &Connection[T]{}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		conn.Revision = snap.Revision()
		var found []ConnectionEdge[T]
		for v, err := range snap.All(0, kind) {
			if err != nil {
				return err
			}
			if node := view(v); fits(node) {
				conn.TotalCount++
				if id := v.Record.RecordID(); walk.after == 0 || id < walk.after {
					found = append(found, ConnectionEdge[T]{Node: node, Cursor: walk.cursor(id)})
				}
			}
		}
		slices.Reverse(found)
		conn.HasNextPage = len(found) > walk.limit
		conn.HasPreviousPage = walk.after != 0
		conn.Edges = found[:min(len(found), walk.limit)]
		return nil
	})
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// CreateKeyInput is a new key.
type CreateKeyInput struct {
	Write
	PostInput
	Name      string
	Expires   *Date
	Documents []string
}

// PostInput is a post as it is entered: places by code or name.
type PostInput struct {
	Role     Role
	District *string
	Court    *string
	Agency   *string
	Scopes   []Scope
}

func (h *Hub) post(in PostInput) Post {
	p := Post{Role: in.Role, District: given(in.District), Court: given(in.Court), Agency: given(in.Agency), Scopes: in.Scopes}
	if region, ok := h.reference.District(p.District); ok {
		p.District = region.Code
	}
	if court, ok := h.reference.CourtByName(p.Court); ok {
		p.Court = court.Code
	}
	if agency, ok := h.agencyNamed(p.Agency); ok {
		p.Agency = agency.Code
	}
	return p
}

// IssueKey makes a key; its secret stands in the answer, once. A key is replaced
// by issuing another of the same name and post, and revoking the first when the
// second is in use.
func (h *Hub) IssueKey(ctx context.Context, p *Principal, in CreateKeyInput) (*Written, error) {
	h.keying.Lock()
	defer h.keying.Unlock()
	return h.write(ctx, p, "CREATE_KEY", in.Write, in, func(w *writing) error {
		if !w.keepsAccess() {
			return nil
		}
		post := h.post(in.PostInput)
		key := &APIKey{Name: in.Name, Role: post.Role, District: post.District, Court: post.Court, Agency: post.Agency, Scopes: post.Scopes, Expires: given(in.Expires), Documents: in.Documents, CreatedAt: h.now().UTC()}
		wrong, err := h.checkKey(w.snap, key)
		if err != nil {
			return err
		}
		if wrong != nil {
			code := RefusalInvalid
			if wrong.Code == CodeConflict {
				code = RefusalTooMany
			}
			w.refuse(wrong.Field, code, wrong)
			return nil
		}
		secret, err := w.secret(SecretKey)
		if err != nil {
			return err
		}
		key.ID, key.Public, key.SecretHash = h.store.NextID(KindKey), secret.Public, secret.Hash
		w.main = append(w.main, key.ID)
		w.put(key, 0)
		return nil
	})
}

// secret makes what the answer hands out once the change is written; of a preview
// nothing is kept.
func (w *writing) secret(kind SecretKind) (Secret, error) {
	if w.hub.secrets == nil {
		return Secret{}, &Error{Code: CodeBusy, Message: "本服务没有启用帐号和密钥的发放。"}
	}
	secret, err := w.hub.secrets.Make(kind)
	w.handOut = secret.Text
	return secret, err
}

// RevokeKeyInput ends a key for good.
type RevokeKeyInput struct{ Write }

// RevokeKey ends a key. Requests that have begun read to their end and write nothing
// any more.
func (h *Hub) RevokeKey(ctx context.Context, p *Principal, in RevokeKeyInput) (*Written, error) {
	return h.write(ctx, p, "REVOKE_KEY", in.Write, in, func(w *writing) error {
		if !w.keepsAccess() {
			return nil
		}
		v, ok, err := w.find(in.ID, KindKey)
		if err != nil || !ok {
			return err
		}
		key := *v.Record.(*APIKey)
		if key.Revoked {
			w.refuse("id", RefusalMove, Invalid("id", "密钥“%s”已经停用。", Shorten(key.Name)))
			return nil
		}
		key.Revoked = true
		w.put(&key, v.Revision)
		return nil
	})
}

// find reads the record that the change is about, whatever was done to it since
// the caller read it: for changes that can only end something.
func (w *writing) find(id ID, kind Kind) (Version, bool, error) {
	var at Revision
	if id.Kind() == kind {
		versions, err := w.snap.Get(0, id)
		if err != nil {
			return Version{}, false, err
		}
		at = versions[0].Revision
	}
	return w.load(id, at, kind)
}
