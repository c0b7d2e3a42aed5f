package sheetfiles

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"concord/internal/hub"
)

// A plan is a file of rows, each a line of JSON, then a line with what is to be
// said of the file as a whole, then one entry a row:
//
//	outcome   1
//	place     8  of the row's line
//	decision  8
//
// and at its end, 8 bytes each, where that last line is and how many rows there
// are. So a page of rows of one outcome costs a look through the entries and the
// lines of that page.
const (
	entrySize   = 17
	trailerSize = 16
)

// KeepRows writes a plan: under another name first, and durable before it gets its
// own.
func (f *Folder) KeepRows(job hub.ID, plan string, rows iter.Seq2[*hub.SheetRow, error], said func() hub.SheetSaid) (err error) {
	file, err := os.CreateTemp(f.dir, "plan-*.part")
	if err != nil {
		return hub.Internal("sheetfiles.KeepRows", err)
	}
	defer func() {
		if err != nil {
			file.Close()
			os.Remove(file.Name())
		}
	}()
	if err = writePlan(file, rows, said); err != nil {
		return err
	}
	err = errors.Join(file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), f.plan(job, plan))
	}
	if err != nil {
		return hub.Internal("sheetfiles.KeepRows", err)
	}
	return f.sync()
}

func writePlan(to io.Writer, rows iter.Seq2[*hub.SheetRow, error], said func() hub.SheetSaid) error {
	out := bufio.NewWriterSize(to, 256<<10)
	place, count := uint64(0), uint64(0)
	line := func(v any) error {
		text, err := json.Marshal(v)
		if err == nil {
			_, err = out.Write(append(text, '\n'))
		}
		place += uint64(len(text) + 1)
		return err
	}
	var entries []byte // 17 bytes a row
	for row, err := range rows {
		if err != nil {
			return err
		}
		entries = append(entries, byte(row.Outcome))
		entries = binary.BigEndian.AppendUint64(entries, place)
		entries = binary.BigEndian.AppendUint64(entries, row.Decision)
		count++
		if err := line(row); err != nil {
			return hub.Internal("sheetfiles.writePlan", err)
		}
	}
	last := place
	if err := line(said()); err != nil {
		return hub.Internal("sheetfiles.writePlan", err)
	}
	entries = binary.BigEndian.AppendUint64(entries, last)
	entries = binary.BigEndian.AppendUint64(entries, count)
	_, err := out.Write(entries)
	if err = errors.Join(err, out.Flush()); err != nil {
		return hub.Internal("sheetfiles.writePlan", err)
	}
	return nil
}

// planFile is a plan that is open for reading.
type planFile struct {
	*os.File
	end, last, count int64 // of the file; place of the last line; number of rows
}

func (f *Folder) openPlan(job hub.ID, plan string) (*planFile, error) {
	file, err := os.Open(f.plan(job, plan))
	if errors.Is(err, os.ErrNotExist) {
		return nil, hub.NotFound("这个任务的逐行结果已经删除，或已被新的计划取代。请重新查询任务。")
	}
	if err != nil {
		return nil, hub.Internal("sheetfiles.openPlan", err)
	}
	p := &planFile{File: file}
	if p.end, err = file.Seek(0, io.SeekEnd); err == nil {
		var trailer [trailerSize]byte
		if _, err = file.ReadAt(trailer[:], p.end-trailerSize); err == nil {
			p.last, p.count = int64(binary.BigEndian.Uint64(trailer[:])), int64(binary.BigEndian.Uint64(trailer[8:]))
			if p.count < 0 || p.count > p.end/entrySize || p.last > p.entries() {
				err = errors.New("the plan is damaged")
			}
		}
	}
	if err != nil {
		file.Close()
		return nil, hub.Internal("sheetfiles.openPlan", err)
	}
	return p, nil
}

// entries is where the entries begin.
func (p *planFile) entries() int64 { return p.end - trailerSize - p.count*entrySize }

// from reads the entries from that of row i on.
func (p *planFile) from(i int64) io.Reader {
	at := p.entries() + i*entrySize
	return bufio.NewReaderSize(io.NewSectionReader(p, at, p.end-trailerSize-at), 64<<10)
}

// Rows yields rows of a plan.
func (f *Folder) Rows(job hub.ID, plan string, outcome hub.ImportOutcome, after int) iter.Seq2[*hub.SheetRow, error] {
	return func(yield func(*hub.SheetRow, error) bool) {
		p, err := f.openPlan(job, plan)
		if err != nil {
			yield(nil, err)
			return
		}
		defer p.Close()
		first := min(max(int64(after)+1, 0), p.count)
		entries := p.from(first)
		lines, at := (*bufio.Reader)(nil), int64(-1)
		for range p.count - first {
			var entry [entrySize]byte
			if _, err = io.ReadFull(entries, entry[:]); err != nil {
				yield(nil, hub.Internal("sheetfiles.Rows", err))
				return
			}
			if outcome != 0 && hub.ImportOutcome(entry[0]) != outcome {
				continue
			}
			place := int64(binary.BigEndian.Uint64(entry[1:]))
			if place != at {
				lines = bufio.NewReaderSize(io.NewSectionReader(p, place, p.last-place), 16<<10)
			}
			row := &hub.SheetRow{Decision: binary.BigEndian.Uint64(entry[9:])}
			text, err := lines.ReadBytes('\n')
			at = place + int64(len(text))
			if err == nil {
				err = json.Unmarshal(text, row)
			}
			if err != nil {
				yield(nil, hub.Internal("sheetfiles.Rows", fmt.Errorf("row at %d: %w", place, err)))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// Decisions returns what the plan decided, row by row.
func (f *Folder) Decisions(job hub.ID, plan string) ([]hub.SheetDecision, error) {
	p, err := f.openPlan(job, plan)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	decisions := make([]hub.SheetDecision, p.count)
	entries := p.from(0)
	for i := range decisions {
		var entry [entrySize]byte
		if _, err := io.ReadFull(entries, entry[:]); err != nil {
			return nil, hub.Internal("sheetfiles.Decisions", err)
		}
		decisions[i] = hub.SheetDecision{Outcome: hub.ImportOutcome(entry[0]), Digest: binary.BigEndian.Uint64(entry[9:])}
	}
	return decisions, nil
}

// Said returns what is to be said of the file as a whole.
func (f *Folder) Said(job hub.ID, plan string) (said hub.SheetSaid, err error) {
	p, err := f.openPlan(job, plan)
	if err != nil {
		return said, err
	}
	defer p.Close()
	if err := json.NewDecoder(io.NewSectionReader(p, p.last, p.entries()-p.last)).Decode(&said); err != nil {
		return said, hub.Internal("sheetfiles.Said", err)
	}
	return said, nil
}
