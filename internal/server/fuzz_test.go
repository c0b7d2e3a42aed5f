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

// FuzzURL asks by GET with whatever stands behind the question mark and in the header of
// what is accepted: each is answered with JSON or a redirection, none as a fault of ours,
// and nothing is changed by it.
func FuzzURL(f *testing.F) {
	for _, query := range []string{
		"", "query=", "query={viewer{id}}", "query=%7Bviewer%7Bid%7D%7D&variables=", "query=%zz", "query={viewer{id}};a=b", "query={viewer{id}}&query={nobody}",
		"query=query($i:ID!){node(id:$i){id}}&variables={\"i\":\"med_1\"}", "query={viewer{id}}&variables=[]", "query={viewer{id}}&extensions={\"persistedQuery\":{\"version\":1,\"sha256Hash\":\"x\"}}",
		"extensions={\"persistedQuery\":{\"version\":1,\"sha256Hash\":\"\"}}", "extensions={\"persistedQuery\":[]}", "operationName=A&query=query A{viewer{id}} query B{viewer{id}}",
		"query=mutation{endSession(input:{id:\"ses_1\",reason:\"x\",idempotencyKey:\"x\"}){revision}}", "query=subscription{rosterChanged{cursor}}", "query=\x00\xff",
	} {
		f.Add(query, "application/json")
		f.Add(query, "application/graphql-response+json;q=0.5, */*;q=nan")
	}
	f.Add("", "text/html,*/*;q=0.8")
	s, _, log, _ := open(f, nil)
	before := s.config.Hub.Revision()
	f.Fuzz(func(t *testing.T, query, accept string) {
		if media, ok := accepted([]string{accept}); ok && media == mediaEvents {
			return // an answer that does not end by itself
		}
		r := request("GET", "/graphql", "", "Accept", accept)
		r.URL.RawQuery = query
		w := serve(s, r)
		if w.Code >= 500 || w.Code != 303 && !json.Valid(w.Body.Bytes()) || bytes.Contains(w.Body.Bytes(), []byte(`"INTERNAL"`)) {
			t.Errorf("status %d: %s\n%s", w.Code, w.Body, log)
		}
		if now := s.config.Hub.Revision(); now != before {
			t.Errorf("revision %d became %d", before, now)
		}
	})
}
