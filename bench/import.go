package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"time"

	"concord/internal/hub"
	"concord/internal/sheet"
)

// measureImport compares the import of a sheet of mediators, read, planned and
// durable, with bare bbolt putting the very pairs that the import left, in
// batches of a thousand rows. The hub holds their organisations beforehand.
func measureImport(b *bench) error {
	sheets, err := b.sheets()
	if err != nil {
		return err
	}
	batches, err := b.importLeft(sheets)
	if err != nil {
		return err
	}
	pairs := slices.Concat(batches...)
	b.progress("the import of %d rows leaves %d pairs, %d MB", b.n, len(pairs), pairsSize(pairs)>>20)

	bare := func() (time.Duration, error) { return b.putAll(batches, pairs) }
	name := "裸 bbolt，同样的键值，每 1,000 行一个事务 bare bbolt, the same pairs, a transaction a 1,000 rows"
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		ours, other, err := inTurn(b.rounds,
			func() (time.Duration, error) { return b.importOf(sheets, format, false) }, bare)
		if err != nil {
			return err
		}
		goal := target{}
		if format == sheet.CSV {
			goal = atLeast(0.3)
		}
		b.add(row{
			zh: "导入 ." + string(format) + " 表格，直到落盘", en: "a ." + string(format) + " sheet imported until it is durable",
			unit: "行/s", ours: ours.rate(b.n), other: side{name, other.rate(b.n)},
			ratio: other.over(ours), target: goal,
		})
	}
	var whole samples
	for range b.rounds {
		took, err := b.importOf(sheets, sheet.CSV, true)
		if err != nil {
			return err
		}
		whole = append(whole, took.Seconds())
	}
	b.add(row{zh: "导入 .csv 表格，直到落盘并可检索", en: "a .csv sheet imported until it is durable and searchable", unit: "s", ours: whole})
	return nil
}

// sheets writes the mediators and their organisations as sheets, as offices have
// them: identity numbers included.
func (b *bench) sheets() (dir string, err error) {
	r, err := b.roster(b.n)
	if err != nil {
		return "", err
	}
	if dir, err = b.folder("sheets"); err != nil {
		return "", err
	}
	s, err := b.open(r.dir, false)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	for _, out := range []struct {
		kind   hub.Kind
		format sheet.Format
	}{{hub.KindOrganization, sheet.CSV}, {hub.KindMediator, sheet.CSV}, {hub.KindMediator, sheet.XLSX}} {
		err := sheet.Create(sheetPath(dir, out.kind, out.format), func(to io.Writer) error {
			w := sheet.NewWriter(to, out.format, out.kind)
			sink := hub.ExportSink(w)
			if out.kind == hub.KindMediator {
				sink = &withNumbers{Writer: w, numbers: r.numbers}
			}
			info, err := s.hub.Export(b.ctx, hub.System, out.kind, hub.ExportQuery{}, sink)
			if err != nil {
				return err
			}
			return w.Close(info)
		})
		if err != nil {
			return "", err
		}
	}
	return dir, nil
}

func sheetPath(dir string, kind hub.Kind, format sheet.Format) string {
	return filepath.Join(dir, kind.String()+"."+string(format))
}

// withNumbers adds to each row of an export the identity number, which the hub
// never exports.
type withNumbers struct {
	*sheet.Writer
	numbers []hub.CitizenID
	row     int
}

// Begin implements [hub.ExportSink].
func (w *withNumbers) Begin(fields []hub.ImportField) error {
	return w.Writer.Begin(append(slices.Clone(fields), hub.FieldCitizenID))
}

// Row implements [hub.ExportSink].
func (w *withNumbers) Row(cells []hub.ExportCell) error {
	cells = append(slices.Clone(cells), hub.ExportCell{Text: string(w.numbers[w.row])})
	w.row++
	return w.Writer.Row(cells)
}

// withOrganizations opens a new folder that holds the organisations.
func (b *bench) withOrganizations(sheets string, indexed bool) (dir string, s *site, err error) {
	if dir, err = b.folder("import"); err != nil {
		return "", nil, err
	}
	if s, err = b.open(dir, indexed); err != nil {
		return "", nil, err
	}
	if _, err = b.importSheet(s, hub.KindOrganization, sheetPath(sheets, hub.KindOrganization, sheet.CSV)); err != nil {
		return "", nil, errors.Join(err, s.stop())
	}
	return dir, s, nil
}

// importSheet does what `concord import --apply` does.
func (b *bench) importSheet(s *site, kind hub.Kind, path string) (rows int, err error) {
	reader, err := sheet.Open(path, kind)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	plan, err := s.hub.PlanImport(b.ctx, hub.System, kind, reader.Rows(), hub.ImportOptions{FileName: filepath.Base(path)})
	if err != nil {
		return 0, err
	}
	if plan.New != plan.Total() {
		return 0, fmt.Errorf("of %d rows only %d are new: %+v", plan.Total(), plan.New, plan.ImportCounts)
	}
	result, err := s.hub.ApplyPlan(b.ctx, hub.System, plan, nil)
	return result.Rows, err
}

// importOf times one import; until it is searchable, when that is wanted.
func (b *bench) importOf(sheets string, format sheet.Format, searchable bool) (time.Duration, error) {
	dir, s, err := b.withOrganizations(sheets, searchable)
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	took, err := stopwatch(func() error {
		rows, err := b.importSheet(s, hub.KindMediator, sheetPath(sheets, hub.KindMediator, format))
		if err == nil && rows != b.n {
			err = fmt.Errorf("%d rows are durable, want %d", rows, b.n)
		}
		if err == nil && searchable {
			err = caughtUp(b.ctx, s.store, s.index)
		}
		return err
	})
	if err == nil && searchable {
		_, _, err = b.search(s, queries[0])
	}
	return took, errors.Join(err, s.stop())
}

// importLeft imports once, compares the records with those the sheet was made
// from, and returns what the import left in the store's file.
func (b *bench) importLeft(sheets string) (batches [][]pair, err error) {
	dir, s, err := b.withOrganizations(sheets, false)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := s.stop(); err != nil {
		return nil, err
	}
	before, err := allPairs(dir)
	if err != nil {
		return nil, err
	}
	if s, err = b.open(dir, false); err != nil {
		return nil, err
	}
	_, err = b.importSheet(s, hub.KindMediator, sheetPath(sheets, hub.KindMediator, sheet.CSV))
	if err == nil {
		err = b.sameMediators(s)
	}
	if err := errors.Join(err, s.stop()); err != nil {
		return nil, err
	}
	pairs, err := pairsSince(dir, before)
	if err != nil {
		return nil, err
	}
	return b.byRow(pairs)
}

// byRow divides the pairs among batches of a thousand rows: each stands in the
// batch of the row that brought its record.
func (b *bench) byRow(pairs []pair) ([][]pair, error) {
	ids := map[hub.Kind][]hub.ID{}
	recordOf := map[uint64]hub.ID{} // by revision
	for _, p := range pairs {
		if p.bucket == "version" {
			id := hub.ID(binary.BigEndian.Uint64(p.key))
			ids[id.Kind()] = append(ids[id.Kind()], id)
			recordOf[p.end()] = id
		}
	}
	batchOf := map[hub.ID]int{}
	for _, list := range ids {
		slices.Sort(list)
		for i, id := range list {
			batchOf[id] = i * b.n / len(list) / stockBatch
		}
	}
	batches := make([][]pair, (b.n+stockBatch-1)/stockBatch)
	strays := 0
	for _, p := range pairs {
		id := hub.ID(p.end())
		if record, ok := recordOf[p.end()]; ok {
			id = record
		}
		batch, ok := batchOf[id]
		if !ok {
			strays++
		}
		batches[batch] = append(batches[batch], p)
	}
	if strays > 1000 {
		return nil, fmt.Errorf("%d pairs of %d belong to no row: the store's keys end otherwise than is known here", strays, len(pairs))
	}
	for _, batch := range batches {
		sortPairs(batch)
	}
	return batches, nil
}

// sameMediators compares what was imported with what the sheet was made from, by
// registration number.
func (b *bench) sameMediators(s *site) (err error) {
	source, err := b.open(b.rosters[b.n].dir, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.stop()) }()
	want, err := source.mediators()
	if err != nil {
		return err
	}
	got, err := s.mediators()
	if err != nil {
		return err
	}
	if len(want) != b.n || len(got) != b.n {
		return fmt.Errorf("%d mediators imported of %d", len(got), len(want))
	}
	for number, m := range want {
		if !reflect.DeepEqual(m, got[number]) {
			return fmt.Errorf("%s was imported as %+v, want %+v", number, got[number], m)
		}
	}
	return nil
}

// imported is what a sheet says of a mediator, as far as a roster that stands
// tells it.
type imported struct {
	name, gender, organization, district, title, phone, certificate, biography string
	level                                                                      hub.Level
	source                                                                     hub.SourceCategory
	specialties, languages                                                     []string
	term                                                                       hub.AppointmentTerm
	status                                                                     hub.Status
	known                                                                      bool // by identity number
}

// mediators returns what the store holds of mediators, by registration number.
func (s *site) mediators() (map[string]imported, error) {
	snap, err := s.store.Snapshot()
	if err != nil {
		return nil, err
	}
	defer snap.Close()
	related := map[hub.ID]hub.Record{}
	for _, kind := range []hub.Kind{hub.KindPerson, hub.KindOrganization} {
		for v, err := range snap.All(0, kind) {
			if err != nil {
				return nil, err
			}
			related[v.Record.RecordID()] = v.Record
		}
	}
	all := map[string]imported{}
	today := s.hub.Today()
	for v, err := range snap.All(0, hub.KindMediator) {
		if err != nil {
			return nil, err
		}
		m := v.Record.(*hub.Mediator)
		person, ok := related[m.PersonID].(*hub.Person)
		organization, both := related[m.Organization].(*hub.Organization)
		if !ok || !both {
			return nil, fmt.Errorf("%s has no person or no organisation", m.RegistrationNo)
		}
		term, status := m.TermOn(today), m.Timeline().On(today)
		if last := m.Events[len(m.Events)-1]; last.Status != hub.StatusActive && last.On < term.Start && (last.Until == 0 || last.Until >= today) {
			// Who left before the term began that a sheet would name: it cannot
			// say both.
			status = ""
		}
		all[m.RegistrationNo] = imported{
			name: m.Name, gender: string(person.Gender), organization: organization.Name, district: m.District, title: m.Title,
			phone: m.Phone, certificate: m.CertificateNo, biography: m.Biography, level: m.Level, source: m.Source,
			specialties: m.Specialties, languages: m.Languages, term: term, status: status,
			known: person.Identity.Hash != "",
		}
	}
	return all, nil
}

// putAll times bare bbolt on a new file.
func (b *bench) putAll(batches [][]pair, pairs []pair) (time.Duration, error) {
	dir, err := b.folder("bolt")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	db, err := openBare(dir)
	if err != nil {
		return 0, err
	}
	took, err := stopwatch(func() error { return putBatches(db, batches) })
	if err := errors.Join(err, db.Close()); err != nil {
		return 0, err
	}
	return took, holds(dir, pairs)
}

func pairsSize(pairs []pair) (size int) {
	for _, p := range pairs {
		size += len(p.key) + len(p.value)
	}
	return size
}
