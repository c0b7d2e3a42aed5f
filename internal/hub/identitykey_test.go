package hub_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"testing"

	"concord/internal/hub"
	"concord/internal/vault"
)

// failing is a store that is gone, as if killed, before its nth batch.
type failing struct {
	hub.Store
	left int
}

func (f *failing) Apply(ctx context.Context, b hub.Batch) (hub.Revision, error) {
	if f.left == 0 {
		return 0, hub.Internal("Apply", errors.New("killed"))
	}
	f.left--
	return f.Store.Apply(ctx, b)
}

// numbered is the nth fictional identity number.
func numbered(n int) hub.CitizenID {
	digits := fmt.Sprintf("12011219800101%03d", n)
	if n > 999 {
		digits = fmt.Sprintf("120112198%d0101%03d", n/1000, n%1000)
	}
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(digits[i]-'0') * w
	}
	return hub.CitizenID(digits + string("10X98765432"[sum%11]))
}

func keyed(t *testing.T, seed byte) *vault.Vault {
	t.Helper()
	v, err := vault.New(bytes.Repeat([]byte{seed}, vault.KeySize), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// The identity key is changed for another one; killed before any of its batches, it
// goes on where it was, is not served meanwhile, and in the end every number opens
// under the new key alone and the persons are recognised as before.
func TestIdentityKeyIsChangedResumably(t *testing.T) {
	const people = 8100 // three batches
	old, next := keyed(t, 1), keyed(t, 2)
	build := func(t *testing.T) *roster {
		r := newRoster(t)
		if err := r.MarkIdentityKey(t.Context()); err != nil {
			t.Fatal(err)
		}
		records := make([]hub.Record, people)
		for i := range records {
			p := &hub.Person{ID: r.store.NextID(hub.KindPerson), Name: "示例人"}
			if i%2 == 0 || i < 4100 {
				sealed, err := old.Seal(numbered(i))
				if err != nil {
					t.Fatal(err)
				}
				p.Identity = sealed
			}
			records[i] = p
		}
		r.add(t, records...)
		return r
	}
	with := func(r *roster, store hub.Store, v hub.Vault) *hub.Hub {
		config := r.config
		config.Store, config.Vault = store, v
		return hub.New(config)
	}
	r := build(t)
	interrupted := 0
	for n := 0; ; n++ {
		// Each attempt gets so far, and one batch further than the one before.
		_, err := with(r, &failing{r.store, 1}, old).RotateIdentityKey(t.Context(), hub.System, next, nil)
		if err == nil {
			break
		}
		if n > 20 {
			t.Fatal("it never ends")
		}
		interrupted++
		for name, v := range map[string]*vault.Vault{"old": old, "new": next} {
			if err := with(r, r.store, v).CheckIdentityKey(t.Context()); hub.CodeOf(err) != hub.CodeInvalid {
				t.Errorf("interrupted, it may be served under the %s key: %v", name, err)
			}
		}
		if _, err := with(r, r.store, old).RotateIdentityKey(t.Context(), hub.System, keyed(t, 3), nil); hub.CodeOf(err) != hub.CodeInvalid {
			t.Errorf("interrupted, it goes on to a third key: %v", err)
		}
	}
	if interrupted < 3 {
		t.Errorf("interrupted %d times: the test shows little", interrupted)
	}
	served := with(r, r.store, next)
	if err := served.CheckIdentityKey(t.Context()); err != nil {
		t.Error(err)
	}
	if err := with(r, r.store, old).CheckIdentityKey(t.Context()); hub.CodeOf(err) != hub.CodeInvalid {
		t.Errorf("it may still be served under the old key: %v", err)
	}
	looked, err := served.VerifyIdentities(t.Context(), func(person hub.ID) { t.Errorf("%s does not open", person) })
	if err != nil || looked < people/2 {
		t.Errorf("%d numbers were looked at (%v)", looked, err)
	}
	bad := 0
	if _, err := with(r, r.store, old).VerifyIdentities(t.Context(), func(hub.ID) { bad++ }); err != nil || bad != looked {
		t.Errorf("%d of %d numbers still open under the old key (%v)", looked-bad, looked, err)
	}
	if _, unknown, err := served.Identify(t.Context(), numbered(0)); err != nil || unknown {
		t.Errorf("a person is not recognised any more (%v)", err)
	}
	if _, err := served.RotateIdentityKey(t.Context(), city, old, nil); hub.CodeOf(err) != hub.CodeForbidden {
		t.Errorf("an administrator may change the key: %v", err)
	}
}

// A hub is not served under a key that is not its data's.
func TestForeignIdentityKeyIsRefused(t *testing.T) {
	r := newRoster(t)
	if err := r.MarkIdentityKey(t.Context()); err != nil {
		t.Fatal(err)
	}
	config := r.config
	config.Vault = keyed(t, 9)
	if err := hub.New(config).CheckIdentityKey(t.Context()); hub.CodeOf(err) != hub.CodeInvalid {
		t.Errorf("CheckIdentityKey = %v", err)
	}
	if _, err := hub.New(config).RotateIdentityKey(t.Context(), hub.System, keyed(t, 8), nil); hub.CodeOf(err) != hub.CodeInvalid {
		t.Errorf("RotateIdentityKey from a foreign key = %v", err)
	}
}
