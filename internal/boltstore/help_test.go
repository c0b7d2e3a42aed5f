package boltstore

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"concord/internal/hub"
)

// long reports whether tests shall take their time, as before a release.
func long() bool { return os.Getenv("CONCORD_LONG") != "" }

// cycles is how often to repeat: few times by default, many in long mode.
func cycles(t *testing.T, short, many int) int {
	if n, err := strconv.Atoi(os.Getenv("CONCORD_CYCLES")); err == nil {
		return n
	}
	if long() {
		return many
	}
	t.Logf("%d cycles; CONCORD_LONG=1 for %d", short, many)
	return short
}

func mustOpen(t testing.TB, dir string, options Options) *Store {
	t.Helper()
	s, err := Open(dir, options)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

var (
	surnames   = []rune("王李张刘陈杨赵黄周吴单仇解曾任")
	givenNames = []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂")
	districts  = []string{"120101", "120102", "120103", "120104", "120105", "120106", "120110", "120111", "120112", "120113", "120114", "120115", "120116", "120117", "120118", "120119"}
	subjects   = []string{"劳动报酬", "工伤保险", "经济补偿", "解除劳动合同", "确认劳动关系", "工作时间", "社会保险", "女职工保护", "竞业限制"}
)

func fictionalName(rng *rand.Rand) string {
	name := []rune{surnames[rng.IntN(len(surnames))], givenNames[rng.IntN(len(givenNames))]}
	if rng.IntN(3) > 0 {
		name = append(name, givenNames[rng.IntN(len(givenNames))])
	}
	return string(name)
}

// fictional returns a mediator about as large as real ones are.
func fictional(rng *rand.Rand, id, person, organization hub.ID) *hub.Mediator {
	from := hub.Date(738000 + rng.IntN(1000))
	return &hub.Mediator{
		Entry: hub.Entry{
			ID: id, RegistrationNo: fmt.Sprintf("津调-%08d", id.Number()), Name: fictionalName(rng), PersonID: person,
			Level: hub.LevelDistrict, District: districts[rng.IntN(len(districts))],
			Specialties: []string{subjects[rng.IntN(len(subjects))], subjects[rng.IntN(len(subjects))]},
			Source:      hub.SourceLawyer, SourceLabel: "执业律师",
			Terms:     []hub.AppointmentTerm{{Start: from, End: from + 1095, DocumentNo: "示例〔2023〕1号"}},
			Events:    []hub.StatusEvent{{Status: hub.StatusActive}},
			Biography: "示例人物，从事劳动争议调解工作多年，熟悉劳动报酬、工伤保险等案件，语言沟通能力强。",
			Fictional: true,
		},
		Organization: organization, Title: "一级调解员", Phone: "13800000000", Employment: hub.EmploymentFullTime,
		AppointedBy: "示例区人力资源和社会保障局", Languages: []string{"天津话"},
	}
}

func fictionalPerson(rng *rand.Rand, id hub.ID, name string) *hub.Person {
	return &hub.Person{
		ID: id, Name: name, Gender: hub.GenderFemale, BirthDate: 720000, BirthMonth: "1972-04",
		Identity:  hub.Sealed{Hash: fmt.Sprintf("%032x", uint64(id)*0x9E3779B97F4A7C15), Cipher: make([]byte, 46)},
		Education: "21", Employer: "示例公司", Mobile: "13800000000",
	}
}

// fill applies n changes in batches: mediators and persons, some of them again.
func fill(t testing.TB, s *Store, seed uint64, n int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 7))
	at := time.Date(2025, 3, 18, 1, 0, 0, 0, time.UTC)
	known := []hub.ID{}
	newest := map[hub.ID]hub.Revision{}
	for n > 0 {
		at = at.Add(time.Second)
		b := hub.Batch{At: at, Origin: hub.Origin{Actor: "cli", Reason: "示例"}}
		in := map[hub.ID]bool{}
		for range min(n, 1+rng.IntN(20)) {
			var r hub.Record
			switch {
			case len(known) > 0 && rng.IntN(3) == 0:
				id := known[rng.IntN(len(known))]
				r = fictional(rng, id, 0, 0)
			case rng.IntN(2) == 0:
				r = fictionalPerson(rng, s.NextID(hub.KindPerson), fictionalName(rng))
			default:
				r = fictional(rng, s.NextID(hub.KindMediator), 0, 0)
			}
			id := r.RecordID()
			if in[id] {
				continue
			}
			in[id] = true
			b.Puts = append(b.Puts, hub.Put{Record: r, Expected: newest[id]})
		}
		first, err := s.Apply(context.Background(), b)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range b.Puts {
			id := p.Record.RecordID()
			if newest[id] == 0 && id.Kind() == hub.KindMediator {
				known = append(known, id)
			}
			newest[id] = first + hub.Revision(i)
		}
		n -= len(b.Puts)
	}
}

// findings verifies a folder.
func findings(t testing.TB, dir string) (list []Finding) {
	t.Helper()
	_, err := Verify(context.Background(), dir, Options{}, func(f Finding) { list = append(list, f) }, nil)
	if err != nil {
		t.Fatalf("Verify: %v", err)
	}
	return list
}

func wantClean(t testing.TB, dir string) {
	t.Helper()
	for _, f := range findings(t, dir) {
		t.Errorf("Verify: %s", f.Message)
	}
}

// content returns all that is in a file, by bucket and key.
func content(t testing.TB, dir string) map[string]string {
	t.Helper()
	db, err := bolt.Open(filepath.Join(dir, fileName), 0o600, &bolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all := map[string]string{}
	err = db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				all[string(name)+"/"+string(k)] = string(v)
				return nil
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
