package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"

	"concord/internal/auth"
	"concord/internal/hub"
)

// mutationPhone changes a mediator's telephone number.
const mutationPhone = `mutation($input: AmendMediatorInput!) { amendMediator(input: $input) { revision userErrors { code } } }`

// readers is how many connections read while others write.
const readers = 4

// measureWriters has 16 writers change records through GraphQL over loopback, beside
// bare bbolt, which puts the very pairs that such changes leave, as many at once,
// grouped by its own Batch; and measures what readers at full speed notice of it.
func measureWriters(b *bench) error {
	r, err := b.roster(b.n)
	if err != nil {
		return err
	}
	trial, err := b.copyOf(r.dir)
	if err != nil {
		return err
	}
	defer os.RemoveAll(trial)
	left, err := b.mutationsLeft(trial)
	if err != nil {
		return err
	}
	dir, err := b.copyOf(r.dir)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bare, err := b.copyOf(r.dir)
	if err != nil {
		return err
	}
	defer os.RemoveAll(bare)
	db, err := openBare(bare)
	if err != nil {
		return err
	}
	db.MaxBatchSize, db.MaxBatchDelay = clients, time.Millisecond
	err = b.withWriter(dir, func(w *writer) error {
		if err := b.writerRounds(w, db, left); err != nil {
			return err
		}
		return b.readersMeanwhile(w)
	})
	return errors.Join(err, db.Close())
}

// writer is a server with somebody who may change records.
type writer struct {
	*site
	e     *endpoint
	key   string
	round int
}

// withWriter serves a folder while do runs.
func (b *bench) withWriter(dir string, do func(*writer) error) error {
	s, err := b.open(dir, false)
	if err != nil {
		return err
	}
	text, _, err := auth.Issue(b.ctx, s.hub, hub.System, hub.APIKey{Name: "示例", Role: hub.RoleCityAdmin}, rand.Reader)
	if err != nil {
		return errors.Join(err, s.stop())
	}
	e, err := serve(b.ctx, s.hub)
	if err != nil {
		return errors.Join(err, s.stop())
	}
	e.client = &http.Client{Transport: bearer{newClient().Transport, text}, Timeout: time.Minute}
	err = do(&writer{site: s, e: e, key: text})
	return errors.Join(err, e.stop(), s.stop())
}

// bearer sends a key with every request.
type bearer struct {
	http.RoundTripper
	key string
}

func (t bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+t.key)
	return t.RoundTripper.RoundTrip(r)
}

// write has so many writers change telephone numbers, one record at a time, and
// checks that every change is there.
func (b *bench) write(w *writer, writers, edits int) (time.Duration, error) {
	w.round++
	phone := fmt.Sprintf("1990002%04d", w.round)
	bodies := make([][]byte, edits)
	for i := range bodies {
		id := hub.NewID(hub.KindMediator, uint64(1+i%b.n))
		v, err := w.get(id)
		if err != nil {
			return 0, err
		}
		bodies[i] = request(mutationPhone, map[string]any{"input": map[string]any{
			"id": id.String(), "expectedRevision": v.Revision, "fields": map[string]any{"phone": phone}, "reason": "示例：更正电话",
			"idempotencyKey": fmt.Sprintf("bench-%d-%d", w.round, i),
		}})
	}
	took, err := stopwatch(func() error {
		return together(writers, func(n int) error {
			for i := n; i < edits; i += writers {
				answer, err := w.e.post(b.ctx, bodies[i])
				if err != nil {
					return err
				}
				if !bytes.Contains(answer, []byte(`"userErrors":[]`)) {
					return fmt.Errorf("a change was refused: %.300s", answer)
				}
			}
			return nil
		})
	})
	if err != nil {
		return 0, err
	}
	for i := range edits {
		v, err := w.get(hub.NewID(hub.KindMediator, uint64(1+i%b.n)))
		if err != nil {
			return 0, err
		}
		if v.Record.(*hub.Mediator).Phone != phone {
			return 0, fmt.Errorf("a change of %s was lost", v.Record.RecordID())
		}
	}
	return took, nil
}

// mutationsLeft returns the pairs that each of some changes has left.
func (b *bench) mutationsLeft(dir string) (left [][]pair, err error) {
	const trial = 200
	before, err := allPairs(dir)
	if err != nil {
		return nil, err
	}
	var from hub.Revision
	err = b.withWriter(dir, func(w *writer) error {
		from = w.store.Revision()
		_, err := b.write(w, 1, min(trial, b.n))
		return err
	})
	if err != nil {
		return nil, err
	}
	pairs, err := pairsSince(dir, before)
	left = make([][]pair, min(trial, b.n))
	spread := 0
	for _, p := range pairs {
		// Ids begin with their kind and are far greater than any revision.
		if r := p.end(); r > uint64(from) && r < 1<<48 {
			i := int(r-uint64(from)-1) / 2 // the record and its receipt
			if i >= len(left) {
				return nil, fmt.Errorf("%d changes left a revision %d after the first", len(left), r-uint64(from))
			}
			left[i] = append(left[i], p)
		} else {
			left[spread%len(left)] = append(left[spread%len(left)], p)
			spread++
		}
	}
	return left, err
}

// putGrouped puts the pairs of one change a call, grouped by bbolt's own Batch, each
// under keys that are new.
func putGrouped(db *bolt.DB, left [][]pair, writers, edits int, next *atomic.Uint64) (time.Duration, error) {
	return stopwatch(func() error {
		return together(writers, func(n int) error {
			for i := n; i < edits; i += writers {
				at := next.Add(2)
				err := db.Batch(func(tx *bolt.Tx) error {
					for j, p := range left[i%len(left)] {
						key := bytes.Clone(p.key)
						if len(key) >= 8 {
							binary.BigEndian.PutUint64(key[len(key)-8:], at+uint64(j%2))
						}
						if err := tx.Bucket([]byte(p.bucket)).Put(key, p.value); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func (b *bench) writerRounds(w *writer, db *bolt.DB, left [][]pair) error {
	edits, single := 4000, 1000
	if b.n < fullSize {
		edits, single = 4*clients, 8
	}
	var next atomic.Uint64
	next.Store(uint64(w.store.Revision()) + 1<<20)
	ours, bare, err := inTurn(b.rounds,
		func() (time.Duration, error) { return b.write(w, clients, edits) },
		func() (time.Duration, error) { return putGrouped(db, left, clients, edits, &next) })
	if err != nil {
		return err
	}
	b.add(row{
		zh: fmt.Sprintf("变更落盘，GraphQL over HTTP，%d 个写入者", clients), en: fmt.Sprintf("durable changes by GraphQL over HTTP, %d writers", clients),
		unit: "次/s", ours: ours.rate(edits), other: side{"裸 bbolt，同样的键值，Batch 合并提交 bare bbolt, the same pairs, grouped by Batch", bare.rate(edits)},
		ratio: bare.over(ours), target: atLeast(0.35),
	})
	many, one, err := inTurn(b.rounds,
		func() (time.Duration, error) { return b.write(w, clients, edits) },
		func() (time.Duration, error) { return b.write(w, 1, single) })
	if err != nil {
		return err
	}
	manyRate, oneRate := many.rate(edits), one.rate(single)
	b.add(row{
		zh: "同上", en: "the same", unit: "次/s", ours: manyRate, other: side{"一个写入者 one writer", oneRate},
		ratio: manyRate.over(oneRate), target: atLeast(2),
	})
	return nil
}

// readersMeanwhile measures readers at full speed, alone and while 16 writers write.
func (b *bench) readersMeanwhile(w *writer) error {
	lasting := 2 * time.Second
	if b.n < fullSize {
		lasting = 20 * time.Millisecond
	}
	var idle, busy samples
	for range b.rounds {
		alone, err := b.read(w, func(ctx context.Context) error {
			select {
			case <-time.After(lasting):
			case <-ctx.Done():
			}
			return nil
		})
		if err != nil {
			return err
		}
		meanwhile, err := b.read(w, func(ctx context.Context) error {
			for start := time.Now(); time.Since(start) < lasting && ctx.Err() == nil; {
				if _, err := b.write(w, clients, min(b.n, 8*clients)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		idle, busy = append(idle, alone.at(0.99)), append(busy, meanwhile.at(0.99))
	}
	b.add(row{
		zh:   fmt.Sprintf("读取单条（%d 个连接全速），%d 个写入者同时写入，p99", readers, clients),
		en:   fmt.Sprintf("reading one record, %d connections at full speed, while %d write, p99", readers, clients),
		unit: "ms", ours: busy, other: side{"没有写入时 nobody writes", idle}, ratio: busy.over(idle), target: atMost(5),
	})
	return nil
}

// read has readers read at full speed for as long as meanwhile runs, and returns how
// long each answer took, in milliseconds.
func (b *bench) read(w *writer, meanwhile func(context.Context) error) (samples, error) {
	ctx, stop := context.WithCancel(b.ctx)
	defer stop()
	times := make([]samples, readers)
	errs := make([]error, readers)
	var group sync.WaitGroup
	for n := range readers {
		group.Go(func() {
			for i := n; ctx.Err() == nil; i += readers {
				id := hub.NewID(hub.KindMediator, uint64(1+(i*7919)%b.n)).String()
				start := time.Now()
				answer, err := w.e.post(b.ctx, request(queryNode, map[string]any{"id": id}))
				times[n] = append(times[n], milliseconds(time.Since(start)))
				if err == nil && !bytes.Contains(answer, []byte(id)) {
					err = fmt.Errorf("an answer without %s: %.200s", id, answer)
				}
				if err != nil {
					errs[n] = err
					return
				}
			}
		})
	}
	err := meanwhile(ctx)
	stop()
	group.Wait()
	return slices.Concat(times...), errors.Join(err, errors.Join(errs...))
}
