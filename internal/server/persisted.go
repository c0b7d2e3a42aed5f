package server

import (
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"concord/internal/hub"
)

// Automatic persisted queries, as Apollo's clients ask: a request may give the
// SHA-256 of a document in place of it, once the document has been sent together
// with its hash. Only documents that were let in are kept, so that nobody fills the
// memory with rubbish; what is forgotten is sent again.

// What is kept of documents, in bytes.
const (
	mostPersisted    = 2 << 20
	largestPersisted = 64 << 10
)

type persisted struct {
	mu     sync.Mutex
	bytes  int
	recent *list.List // of persistedText, the one used last in front
	byHash map[string]*list.Element
}

type persistedText struct{ hash, text string }

func newPersisted() *persisted {
	return &persisted{recent: list.New(), byHash: map[string]*list.Element{}}
}

func (p *persisted) get(hash string) (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	element, ok := p.byHash[hash]
	if !ok {
		return "", false
	}
	p.recent.MoveToFront(element)
	return element.Value.(persistedText).text, true
}

func (p *persisted) add(hash, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.byHash[hash]; ok || len(text) > largestPersisted {
		return
	}
	p.byHash[hash] = p.recent.PushFront(persistedText{hash, text})
	for p.bytes += len(text); p.bytes > mostPersisted; {
		oldest := p.recent.Remove(p.recent.Back()).(persistedText)
		delete(p.byHash, oldest.hash)
		p.bytes -= len(oldest.text)
	}
}

// document puts the document into params when only its hash was given. keep is the
// hash under which it is to be kept once it was let in, "" for none.
func (p *persisted) document(params *graphql.RawParams) (keep string, err error) {
	hash := persistedHash(params.Extensions)
	switch {
	case hash != "" && !persistedVersion(params.Extensions):
		return "", hub.Invalid("extensions.persistedQuery", "只支持第 1 版的持久化查询。请以 version: 1 和 sha256Hash 发送。")
	case hash == "" && strings.TrimSpace(params.Query) == "":
		return "", hub.Invalid("query", "请求中没有查询。请在 query 中给出查询文档。")
	case hash == "":
		return "", nil
	case params.Query == "":
		text, ok := p.get(hash)
		if !ok {
			return "", &hub.Error{Code: hub.CodeNotPersisted, Message: notPersisted}
		}
		params.Query = text
		return "", nil
	case hash != hashOf(params.Query):
		return "", hub.Invalid("extensions.persistedQuery", "sha256Hash 与查询文档不符。请给出查询文档的 SHA-256（十六进制小写）。")
	}
	return hash, nil
}

// notPersisted is the message by which Apollo's clients know that they are to send
// the document.
const notPersisted = "PersistedQueryNotFound"

func persistedHash(extensions map[string]any) string {
	asked, _ := extensions["persistedQuery"].(map[string]any)
	hash, _ := asked["sha256Hash"].(string)
	return hash
}

// persistedVersion reports whether it is the one version that there is. Some clients
// leave it out.
func persistedVersion(extensions map[string]any) bool {
	asked, _ := extensions["persistedQuery"].(map[string]any)
	version, given := asked["version"]
	return !given || version == json.Number("1")
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
