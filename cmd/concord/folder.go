package main

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"path/filepath"
	"time"

	"concord/index"
	"concord/internal/boltstore"
	"concord/internal/hub"
	"concord/internal/sheetfiles"
	"concord/internal/vault"
	"concord/seeds"
)

// folder is an open data folder with a hub on it:
//
//	concord.db    the change log and its views: the truth
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

	changesKey bool // open it although its identity key is being changed
	readOnly   bool // as it is: nothing is made that is missing

	withSheets bool
	sheetSize  int64         // bytes of an upload; the default when 0
	keepSheets time.Duration // the default when 0
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
	if f.store, err = boltstore.Open(dir, boltstore.Options{ReadOnly: o.readOnly}); err != nil {
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
	config := hub.Config{Random: rand.Reader, Store: f.store, Reference: f.reference, Vocabulary: f.vocabulary, Vault: f.vault}
	if o.withIndex {
		f.index, err = index.Open(filepath.Join(dir, "index"), index.Options{
			Reference: f.reference, Vocabulary: f.vocabulary, Logger: o.logger, Rebuild: o.rebuild,
		})
		if err != nil {
			return nil, err
		}
		config.Searcher = f.index
	}
	if o.withSheets {
		if f.sheets, err = sheetfiles.Open(filepath.Join(dir, "sheets"), o.sheetSize); err != nil {
			return nil, err
		}
		config.Sheets, config.KeepSheets = f.sheets, o.keepSheets
	}
	f.hub = hub.New(config)
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
