package server

import (
	"bytes"
	"encoding/json"
	"testing"
)

// FuzzRequest sends bodies of any sort: each is answered with JSON, and none is
// answered as a fault of ours.
func FuzzRequest(f *testing.F) {
	for _, body := range []string{
		whoami, "", "{}", "[]", `{"query":"{"}`, `{"query":"{ nobody }"}`,
		`{"query":"query($b: MediatorBy!) { mediator(by: $b) { id } }","variables":{"b":{"id":"med_1"}}}`,
		`{"query":"query($b: MediatorBy!) { mediator(by: $b) { id } }","variables":{"b":[[]]}}`,
		`{"query":"query($f: MediatorFilter) { mediators(filter: $f, first: 1) { nodes { id } } }","variables":{"f":{"district":[null],"status":[["ACTIVE"]]}}}`,
		`{"query":"query($f: MediatorFilter) { mediators(filter: $f) { nodes { id } } }","variables":{"f":{"district":{"a":1},"expiringBefore":7}}}`,
		`{"query":"query($a: AsOf, $n: Int = 3) { mediators(asOf: $a, first: $n) { totalCount } }","variables":{"a":{"revision":1.5},"n":1e3}}`,
		`{"query":"query($i: [ID!]!) { nodes(ids: $i) { ... on Node { id } } }","variables":{"i":["per_1",2,{}]}}`,
		`{"query":"query($k: [RecordKind!]) { changes(kinds: $k, after: \"AXZO\") { nodes { action } } }","variables":{"k":"MEDIATOR"}}`,
		`{"query":"{ statistics(on: \"2025-01-01\") { mediators(filter: {level: CITY}) { byLevel { value } } } }"}`,
		`{"query":"query A @x { __typename } subscription B { a }","operationName":"A"}`,
		`{"query":"{ __type(name: \"Mediator\") { fields(includeDeprecated: true) { name args { type { ofType { name } } } } } }"}`,
		`{"query":"{ verifyListing(input: {name: \"张\", registrationNo: \"\"}) { listed } }","extensions":{"a":[]}}`,
	} {
		f.Add([]byte(body))
	}
	s, _, log, _ := open(f, nil)
	f.Fuzz(func(t *testing.T, body []byte) {
		w := serve(s, request("POST", "/graphql", string(body)))
		if w.Code >= 500 || !json.Valid(w.Body.Bytes()) || bytes.Contains(w.Body.Bytes(), []byte(`"INTERNAL"`)) {
			t.Errorf("status %d: %s\n%s", w.Code, w.Body, log)
		}
	})
}
