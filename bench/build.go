package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"concord/internal/hub"
)

// measureBuild compares how fast the index is built from the store, records read,
// understood, tokenised and searchable at the newest revision, with how fast bare
// bleve builds documents that are in memory already and have the same tokens in
// the same fields under the same mapping.
func measureBuild(b *bench) error {
	s, err := b.searchable(b.n)
	if err != nil {
		return err
	}
	if err := s.stop(); err != nil {
		return err
	}
	r := b.rosters[b.n]
	docs, mapping, err := harvest(indexFolder(r.dir))
	if err != nil {
		return err
	}
	if s, err = b.open(r.dir, false); err != nil {
		return err
	}
	ours, bare, err := inTurn(b.rounds,
		func() (time.Duration, error) { return b.buildOurs(s.store, len(docs)) },
		func() (time.Duration, error) { return b.buildBare(docs, mapping, indexFolder(r.dir)) })
	if err := errors.Join(err, s.stop()); err != nil {
		return err
	}
	b.add(row{
		zh: fmt.Sprintf("从存储建立索引，直到可在最新修订号检索（%s 份文档）", short(float64(len(docs)))), en: "index built from the store until it answers at the newest revision",
		unit: "条/s", ours: ours.rate(len(docs)), other: side{"裸 bleve，内存中已分好词的同样文档 bare bleve, the same documents ready in memory", bare.rate(len(docs))},
		ratio: bare.over(ours), target: atLeast(0.8),
	})
	return nil
}

func (b *bench) buildOurs(store hub.Store, documents int) (time.Duration, error) {
	dir, err := b.folder("index")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	var stop func() error
	took, err := stopwatch(func() error {
		x, following, err := b.follow(store, dir)
		if err != nil {
			return err
		}
		stop = following
		return caughtUp(b.ctx, store, x)
	})
	if stop == nil {
		return 0, err
	}
	if err := errors.Join(err, stop()); err != nil {
		return 0, err
	}
	n, err := documentsIn(dir)
	if err == nil && n != documents {
		err = fmt.Errorf("the index holds %d documents, want %d", n, documents)
	}
	return took, err
}

// buildBare builds the documents with as many writers as there are processors
// and compares what came of it with the index in the folder like.
func (b *bench) buildBare(docs []stockDocument, m *stockMapping, like string) (time.Duration, error) {
	dir, err := b.folder("bare")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	x, err := m.create(dir)
	if err != nil {
		return 0, err
	}
	took, err := stopwatch(func() error {
		var group errgroup.Group
		group.SetLimit(processors())
		for from := 0; from < len(docs); from += stockBatch {
			part := docs[from:min(from+stockBatch, len(docs))]
			group.Go(func() error {
				batch := x.NewBatch()
				for _, d := range part {
					if err := batch.Index(d.id, d.fields); err != nil {
						return err
					}
				}
				return x.Batch(batch)
			})
		}
		return group.Wait()
	})
	if err == nil {
		err = sameTokens(x, like)
	}
	return took, errors.Join(err, x.Close())
}
