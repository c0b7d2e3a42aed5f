package main

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"path/filepath"
	"time"

	"concord/index"
	"concord/internal/auth"
	"concord/internal/boltstore"
	"concord/internal/hub"
	"concord/internal/sheetfiles"
	"concord/internal/telemetry"
	"concord/internal/vault"
	"concord/seeds"
)

// folder is an open data folder with a hub on it:
//
//	concord.db    the change log and its views: the truth
//	concord.wal   what was added to the log last, while the store is open or after a crash
//	identity.key  the key of identity numbers: must not be lost either
//	index/        the search index: may be deleted at any time
//	sheets/       sheets that were uploaded and wait, and the rows of their plans
type folder struct {
	dir        string
	store      *boltstore.Store
	index      *index.Index // nil unless asked for
	reference  *hub.Reference
	vocabulary *hub.Vocabulary
	sheets     *sheetfiles.Folder // nil unless asked for
	vault      *vault.Vault
	hub        *hub.Hub
}

// folderOptions say what of a folder is opened.
type folderOptions struct {
	withIndex bool
	logger    *slog.Logger
	rebuild   bool // discard the index that is there
	metrics   *telemetry.Metrics
	traces    *telemetry.Traces

	changesKey bool // open it although its identity key is being changed
	readOnly   bool // as it is: nothing is made that is missing

	withSheets                bool
	sheetSize                 int64         // bytes of an upload; the default when 0
	keepSheets                time.Duration // the default when 0
	answerDays, extensionDays int           // of corrections; the defaults when 0
}

// openFolder opens a data folder, which it creates and fills with the seeds when
// it is empty.
func openFolder(ctx context.Context, dir string, o folderOptions) (_ *folder, err error) {
	f := &folder{dir: dir}
	if f.reference, err = hub.LoadReference(seeds.FS); err != nil {
		return nil, err
	}
	if f.vocabulary, err = hub.LoadVocabulary(seeds.FS); err != nil {
		return nil, err
	}
	if f.store, err = boltstore.Open(dir, boltstore.Options{ReadOnly: o.readOnly, Committed: o.metrics.Commit}); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	if f.vault, err = vault.Open(dir, identityKeyOf(ctx), f.store.Revision() == 0 && !o.readOnly); err != nil {
		return nil, err
	}
	config := hub.Config{CorrectionDays: o.answerDays, CorrectionExtension: o.extensionDays, Random: rand.Reader, Store: o.traces.Store(f.store), Reference: f.reference, Vocabulary: f.vocabulary, Vault: f.vault, Secrets: auth.Secrets{Random: rand.Reader}}
	if o.withIndex {
		f.index, err = index.Open(filepath.Join(dir, "index"), index.Options{
			Reference: f.reference, Vocabulary: f.vocabulary, Logger: o.logger, Rebuild: o.rebuild,
		})
		if err != nil {
			return nil, err
		}
		config.Searcher = o.traces.Searcher(f.index)
	}
	if o.withSheets {
		if f.sheets, err = sheetfiles.Open(filepath.Join(dir, "sheets"), o.sheetSize); err != nil {
			return nil, err
		}
		config.Sheets, config.KeepSheets = f.sheets, o.keepSheets
	}
	f.hub = hub.New(config)
	f.watch(o.metrics)
	if !o.changesKey {
		if err := f.hub.CheckIdentityKey(ctx); err != nil {
			return nil, err
		}
	}
	if o.readOnly {
		return f, nil
	}
	return f, f.seed(ctx)
}

type identityKeyKey struct{}

// withIdentityKey returns the context of a command to which the operator handed the
// key of identity numbers: every command that opens a folder takes it.
func withIdentityKey(ctx context.Context, given string) context.Context {
	return context.WithValue(ctx, identityKeyKey{}, given)
}

func identityKeyOf(ctx context.Context) string {
	given, _ := ctx.Value(identityKeyKey{}).(string)
	return given
}

// watch lets the folder's state be read as numbers.
func (f *folder) watch(m *telemetry.Metrics) {
	m.Watch("concord_log_revision", "Newest durable revision of the change log.", func() float64 { return float64(f.store.Revision()) })
	m.Watch("concord_writable", "1 while the store takes writes, 0 after a failed commit.", func() float64 {
		if f.store.Failed() != nil {
			return 0
		}
		return 1
	})
	m.Watch("concord_data_bytes", "Size of concord.db.", func() float64 { return float64(f.store.Size()) })
	m.Watch("concord_disk_free_bytes", "Free space on the disk of the data folder; -1 where it cannot be known.", func() float64 {
		free, known := f.store.Free()
		if !known {
			return -1
		}
		return float64(free)
	})
	m.Watch("concord_sessions", "Sessions of people signed in that were used within the time after which idle ones end.", func() float64 { return float64(f.hub.SessionsInUse()) })
	if f.index == nil {
		return
	}
	m.Watch("concord_index_revision", "Newest revision that searches know.", func() float64 { return float64(f.index.Revision()) })
	m.Watch("concord_index_lag_revisions", "How many revisions searches are behind the change log.", func() float64 {
		return max(0, float64(f.store.Revision())-float64(f.index.Revision()))
	})
}

// Close releases the folder.
func (f *folder) Close() error {
	var err error
	if f.index != nil {
		err = f.index.Close()
	}
	return errors.Join(err, f.store.Close())
}

// withFolder runs work on an open folder without its index.
func withFolder(ctx context.Context, dir string, work func(*folder) error) error {
	f, err := openFolder(ctx, dir, folderOptions{})
	if err != nil {
		return err
	}
	return errors.Join(work(f), f.Close())
}
