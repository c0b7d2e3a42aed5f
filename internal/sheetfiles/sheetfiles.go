// Package sheetfiles keeps the sheets that people upload, and the rows of what was
// planned of them, in a folder of their own beside the data:
//
//	job_1.sheet        the sheet as it was uploaded, until its job ends
//	job_1.<hash>.plan  the rows of its plan, until they are due to go
//	*.part             what is being received or written; of no use after a crash
//
// Files and folder are for their owner alone (0600, 0700): a sheet holds identity
// numbers in the clear. Plans hold them masked.
package sheetfiles

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"concord/internal/hub"
	"concord/internal/sheet"
)

// Folder is such a folder; it is a [hub.SheetFiles]. It is safe for concurrent
// use.
type Folder struct {
	dir     string
	most    int64 // bytes of an upload
	opening chan struct{}
}

var _ hub.SheetFiles = (*Folder)(nil)

// DefaultMost is how large an upload may be. A roster of 100,000 rows takes about
// 20 MiB as .xlsx and 40 MiB as .csv.
const DefaultMost = 64 << 20

// mostOpening is how many uploads are looked into at a time.
const mostOpening = 2

// Open opens the folder, which it makes when it is missing, and removes what a
// crash left half done. most is how large an upload may be; [DefaultMost] when 0.
func Open(dir string, most int64) (*Folder, error) {
	if most == 0 {
		most = DefaultMost
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, hub.Internal("sheetfiles.Open", err)
	}
	parts, err := filepath.Glob(filepath.Join(dir, "*.part"))
	if err != nil {
		return nil, hub.Internal("sheetfiles.Open", err)
	}
	for _, part := range parts {
		if err := os.Remove(part); err != nil {
			return nil, hub.Internal("sheetfiles.Open", err)
		}
	}
	return &Folder{dir: dir, most: min(most, sheet.MaxFileSize), opening: make(chan struct{}, mostOpening)}, nil
}

// Most is how large an upload may be, in bytes.
func (f *Folder) Most() int64 { return f.most }

// Upload is a file that was received and belongs to no job yet.
type Upload struct {
	folder *Folder
	path   string
	Size   int64
}

// Receive writes what from holds into a file. It fails with a [sheet.Refusal] of
// [sheet.TooLarge] once that is more than the folder takes. The caller calls
// Discard in any case.
func (f *Folder) Receive(from io.Reader) (*Upload, error) {
	file, err := os.CreateTemp(f.dir, "upload-*.part") // 0600
	if err != nil {
		return nil, hub.Internal("sheetfiles.Receive", err)
	}
	u := &Upload{folder: f, path: file.Name()}
	u.Size, err = io.Copy(file, io.LimitReader(from, f.most+1))
	switch {
	case err != nil:
	case u.Size > f.most:
		err = sheet.RefuseSize(f.most)
	default:
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		u.Discard()
		if errors.Is(err, syscall.ENOSPC) {
			err = &hub.Error{Code: hub.CodeBusy, Message: "磁盘空间不足，没有收下表格。请联系运维人员。", Cause: err}
		}
		return nil, err
	}
	return u, nil
}

// Examine looks whether the upload is a sheet of a roster, of the format that name
// says, which can be read without harm. Its errors are [sheet.Refusal]s.
func (u *Upload) Examine(ctx context.Context, name string, roster hub.Kind) error {
	select {
	case u.folder.opening <- struct{}{}:
		defer func() { <-u.folder.opening }()
	case <-ctx.Done():
		return ctx.Err()
	}
	reader, err := sheet.OpenAs(u.path, name, roster, sheet.Online)
	if err != nil {
		return err
	}
	return reader.Close()
}

// Keep makes the upload the sheet of a job.
func (u *Upload) Keep(job hub.ID) error {
	if err := os.Rename(u.path, u.folder.sheet(job)); err != nil {
		return hub.Internal("sheetfiles.Keep", err)
	}
	return u.folder.sync()
}

// Discard removes the upload unless it was kept.
func (u *Upload) Discard() { _ = os.Remove(u.path) }

func (f *Folder) sheet(job hub.ID) string { return filepath.Join(f.dir, job.String()+".sheet") }

func (f *Folder) plan(job hub.ID, plan string) string {
	return filepath.Join(f.dir, job.String()+"."+plan+".plan")
}

// sync makes names in the folder durable.
func (f *Folder) sync() error {
	dir, err := os.Open(f.dir)
	if err == nil {
		err = errors.Join(dir.Sync(), dir.Close())
	}
	if err != nil {
		return hub.Internal("sheetfiles.sync", err)
	}
	return nil
}

// Open opens the sheet of a job.
func (f *Folder) Open(job hub.ID, name string, roster hub.Kind) (hub.SheetReader, error) {
	if _, err := os.Stat(f.sheet(job)); errors.Is(err, os.ErrNotExist) {
		return nil, hub.NotFound("上传的表格已经删除。请重新上传。")
	}
	return sheet.OpenAs(f.sheet(job), name, roster, sheet.Online)
}

// RemoveUpload removes the sheet of a job.
func (f *Folder) RemoveUpload(job hub.ID) error { return f.remove(f.sheet(job)) }

// Remove removes the plans of a job but one.
func (f *Folder) Remove(job hub.ID, but string) error {
	plans, err := filepath.Glob(f.plan(job, "*"))
	if err != nil {
		return hub.Internal("sheetfiles.Remove", err)
	}
	for _, path := range plans {
		if path != f.plan(job, but) {
			err = errors.Join(err, f.remove(path))
		}
	}
	return err
}

func (f *Folder) remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return hub.Internal("sheetfiles.remove", err)
	}
	return nil
}

// Jobs returns the jobs of which anything is held.
func (f *Folder) Jobs() ([]hub.ID, error) {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return nil, hub.Internal("sheetfiles.Jobs", err)
	}
	var jobs []hub.ID
	seen := map[hub.ID]bool{}
	for _, e := range entries {
		name, _, _ := strings.Cut(e.Name(), ".")
		id, err := hub.ParseID(name)
		if err == nil && id.Kind() == hub.KindSheetJob && !seen[id] {
			seen[id] = true
			jobs = append(jobs, id)
		}
	}
	return jobs, nil
}
