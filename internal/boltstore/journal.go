package boltstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"concord/internal/hub"
)

// The journal makes small commits durable. bbolt writes the pages that a commit
// alters where each of them lies, and must sync them, and then the page that points
// to them: for a few edits some thirty places of the disk. So as long as a journal is
// in use bbolt does not sync. What a commit adds to the log goes into the journal, one
// stretch, synced once, and now and then a checkpoint syncs concord.db aside.
//
// After a power cut nobody knows which pages of concord.db have reached the disk
// since the checkpoint. Those of the checkpoint itself have, and none of them has been
// written over since: a read transaction of that moment is held until the next one. So
// recovery points both meta pages back to the checkpoint and adds what the journal
// holds from there on to the log and the views. It does so after a crash of the
// program too, where it need not, so that there is one way back only, and one that is
// gone often.
//
// The file, concord.wal, is there only while it is in use: closing the store makes a
// last checkpoint and removes it. Whoever copies the folder of a hub that was not closed
// must copy it too.
//
//	0     header, of an odd checkpoint
//	4096  header, of an even one
//	8192  groups, each at a multiple of 64; the one after the last that fits is at
//	      8192 again
const (
	journalName = "concord.wal"

	headerSize   = 4096
	journalStart = 2 * headerSize
	groupAlign   = 64

	journalSize   = 2 << 20   // written when it is made, so that a sync finds every block in its place
	mostJournaled = 256 << 10 // bytes of a group; a larger one, of an import, syncs concord.db
	// When a checkpoint comes. The pages that bbolt has replaced since cannot be used
	// again before it.
	mostGroups = 64
	mostSince  = 512 << 10 // bytes
)

var (
	journalMagic = [8]byte{'c', 'o', 'n', 'c', 'w', 'a', 'l', '1'}
	castagnoli   = crc32.MakeTable(crc32.Castagnoli)

	errJournal = errors.New("the journal is damaged")
)

// checkpoint is a state of concord.db that is durable.
type checkpoint struct {
	number   uint64
	salt     uint64 // of the journal
	at       int64  // where the first group after it stands
	group    uint64 // the number of that
	pageSize uint32
	meta     [metaSize]byte // as bbolt wrote it
	root     uint32         // checksum of the page of the root bucket, which no two states share
	head     head
	pin      *bolt.Tx // holds its pages; nil of one that was read
}

// release lets its pages go.
func (c *checkpoint) release() {
	if c.pin != nil {
		_ = c.pin.Rollback() // fails only when it is closed already
	}
}

// encode returns the header: magic, number, salt, place and number of the first
// group, page size, meta, checksum of the root page, revision, hash, and the checksum
// of all that.
func (c *checkpoint) encode() []byte {
	b := make([]byte, 0, headerSize)
	b = append(b, journalMagic[:]...)
	b = binary.BigEndian.AppendUint64(b, c.number)
	b = binary.BigEndian.AppendUint64(b, c.salt)
	b = binary.BigEndian.AppendUint64(b, uint64(c.at))
	b = binary.BigEndian.AppendUint64(b, c.group)
	b = binary.BigEndian.AppendUint32(b, c.pageSize)
	b = append(b, c.meta[:]...)
	b = binary.BigEndian.AppendUint32(b, c.root)
	b = append(b, c.head.encode()...)
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	return b[:headerSize]
}

func decodeCheckpoint(b []byte) (c checkpoint, ok bool) {
	const size = 5*8 + 4 + metaSize + 4 + 8 + hashSize
	if len(b) < size+4 || [8]byte(b) != journalMagic || crc32.Checksum(b[:size], castagnoli) != binary.BigEndian.Uint32(b[size:]) {
		return c, false
	}
	c.number = binary.BigEndian.Uint64(b[8:])
	c.salt = binary.BigEndian.Uint64(b[16:])
	c.at = int64(binary.BigEndian.Uint64(b[24:]))
	c.group = binary.BigEndian.Uint64(b[32:])
	c.pageSize = binary.BigEndian.Uint32(b[40:])
	b = b[44+copy(c.meta[:], b[44:]):]
	c.root = binary.BigEndian.Uint32(b)
	c.head.revision = hub.Revision(binary.BigEndian.Uint64(b[4:]))
	copy(c.head.hash[:], b[12:])
	return c, c.at >= journalStart && c.at <= journalSize && c.at%groupAlign == 0
}

// place is where a checkpoint's header stands.
func (c *checkpoint) place() int64 { return int64((c.number + 1) % 2 * headerSize) }

// describe fills in what the newest state of concord.db is, which nothing may be
// altering.
func (c *checkpoint) describe(file io.ReaderAt) (err error) {
	newest, place := newestMeta(file)
	if !newest.valid {
		return errors.New("no meta page is valid")
	}
	c.pageSize = uint32(newest.pageSize)
	if _, err := file.ReadAt(c.meta[:], place); err != nil {
		return err
	}
	c.root, err = rootSum(file, newest)
	return err
}

// rootSum is the checksum of the page of the root bucket.
func rootSum(file io.ReaderAt, m metaPage) (uint32, error) {
	page := make([]byte, m.pageSize)
	if _, err := file.ReadAt(page, int64(m.root)*m.pageSize); err != nil {
		return 0, err
	}
	return crc32.Checksum(page, castagnoli), nil
}

// newestMeta is the meta page that bbolt would take, and where it lies.
func newestMeta(file io.ReaderAt) (newest metaPage, place int64) {
	first, second, at := readMetas(file)
	if second.valid && (!first.valid || second.txid > first.txid) {
		return second, at
	}
	return first, 0
}

// A group is what one commit adds to the log:
//
//	salt      8
//	number    8  counted from 0
//	revision  8  of the first entry
//	entries   4
//	length    4  of what follows the checksum
//	checksum  4  of all that and what follows
//	entries      each its length, uvarint, and itself
const groupHeader = 8 + 8 + 8 + 4 + 4 + 4

// journal is a journal in use. The committer's alone.
type journal struct {
	file *os.File
	// concord.db and the journal once more. A write that has failed, a sync of each
	// descriptor tells once: were those of checkpoints the committer's, one of the two
	// could go on in the belief that all is well.
	data   *os.File
	header *os.File

	since  *checkpoint
	next   *checkpoint // is being made
	done   chan error  // of next, nil when there is none
	groups uint64      // the number of the next group
	at     int64       // where it goes
	bytes  int64       // since the checkpoint, or the one that is being made
	buffer []byte      // never shorter than the header of a group
}

// newJournal begins a journal at a checkpoint. It appears under its name when it is
// durable.
func newJournal(dir string, c *checkpoint) (_ *journal, err error) {
	c.number, c.salt, c.at, c.group = 1, rand.Uint64(), journalStart, 0
	j := &journal{since: c, at: c.at, buffer: make([]byte, groupHeader)}
	path := filepath.Join(dir, journalName)
	aside := path + ".new"
	defer func() {
		if err != nil {
			_ = j.closeFiles()
			_ = os.Remove(aside)
		}
	}()
	if j.data, err = os.OpenFile(filepath.Join(dir, fileName), os.O_RDWR, 0); err != nil {
		return nil, err
	}
	if err = c.describe(j.data); err != nil {
		return nil, err
	}
	if j.file, err = os.OpenFile(aside, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600); err != nil {
		return nil, err
	}
	if j.header, err = os.OpenFile(aside, os.O_RDWR, 0); err != nil {
		return nil, err
	}
	if _, err = j.file.WriteAt(make([]byte, journalSize), 0); err != nil {
		return nil, err
	}
	if _, err = j.file.WriteAt(c.encode(), c.place()); err != nil {
		return nil, err
	}
	if err = j.file.Sync(); err != nil {
		return nil, err
	}
	if err = os.Rename(aside, path); err != nil {
		return nil, err
	}
	return j, syncFolders(dir)
}

// room reports whether a group of the largest size has a place.
func (j *journal) room() bool {
	const most = mostJournaled + mostJournaled/8
	switch {
	case j.at < j.since.at:
		return j.at+most < j.since.at
	case j.at+most <= journalSize:
		return true
	default:
		return journalStart+most < j.since.at
	}
}

// add writes a group, which is durable after the next sync. There must be room. early
// has the system begin with it at once, which takes some time of a processor, and is
// worth it where no other request needs that.
func (j *journal) add(first hub.Revision, entries []entry, early bool) error {
	b := j.buffer[:groupHeader]
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(len(e)))
		b = append(b, e...)
	}
	binary.BigEndian.PutUint64(b, j.since.salt)
	binary.BigEndian.PutUint64(b[8:], j.groups)
	binary.BigEndian.PutUint64(b[16:], uint64(first))
	binary.BigEndian.PutUint32(b[24:], uint32(len(entries)))
	binary.BigEndian.PutUint32(b[28:], uint32(len(b)-groupHeader))
	binary.BigEndian.PutUint32(b[32:], groupSum(b))
	j.buffer = b
	size := (int64(len(b)) + groupAlign - 1) / groupAlign * groupAlign
	if j.at+size > journalSize {
		j.at = journalStart
	}
	if _, err := j.file.WriteAt(b, j.at); err != nil {
		return err
	}
	if early {
		startWriting(j.file, j.at, size)
	}
	j.groups++
	j.at += size
	j.bytes += size
	return nil
}

func (j *journal) sync() error { return datasync(j.file) }

// groupSum is the checksum of a whole group.
func groupSum(b []byte) uint32 {
	return crc32.Update(crc32.Checksum(b[:groupHeader-4], castagnoli), castagnoli, b[groupHeader:])
}

// begin begins to make a checkpoint of the newest state, of which at is the head and
// pin a read transaction, while commits go on: syncing concord.db and then saying so. It
// is taken up by finish.
func (j *journal) begin(at head, pin *bolt.Tx) error {
	c := &checkpoint{number: j.since.number + 1, salt: j.since.salt, at: j.at, group: j.groups, head: at, pin: pin}
	if err := c.describe(j.data); err != nil {
		return err
	}
	j.next, j.bytes, j.done = c, 0, make(chan error, 1)
	go func(done chan<- error) {
		err := datasync(j.data)
		if err == nil {
			if _, err = j.header.WriteAt(c.encode(), c.place()); err == nil {
				err = datasync(j.header)
			}
		}
		done <- err
	}(j.done)
	return nil
}

// finish waits for the checkpoint that is being made, if any. One that has failed is
// not tried again: the system may have given up what it could not write.
func (j *journal) finish() error {
	if j.done == nil {
		return nil
	}
	err := <-j.done
	j.done = nil
	if err != nil {
		j.next.release()
		return err
	}
	j.since.release()
	j.since = j.next
	return nil
}

// close lets go of the journal, which is left as it is.
func (j *journal) close() error {
	err := j.finish()
	j.since.release()
	return errors.Join(err, j.closeFiles())
}

func (j *journal) closeFiles() (err error) {
	for _, file := range []*os.File{j.file, j.header, j.data} {
		if file != nil {
			err = errors.Join(err, file.Close())
		}
	}
	return err
}

// removeJournal removes a journal that is no longer needed, for good.
func removeJournal(dir string) error {
	if err := os.Remove(filepath.Join(dir, journalName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return syncFolders(dir)
}

// written is what a journal holds.
type written struct {
	checkpoint
	first   hub.Revision // of the first entry
	entries []entry
}

// readJournal reads the journal of a folder, nil when there is none. One that is
// damaged is errJournal.
func readJournal(dir string) (*written, error) {
	b, err := os.ReadFile(filepath.Join(dir, journalName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return parseJournal(b)
}

func parseJournal(b []byte) (*written, error) {
	if len(b) != journalSize {
		return nil, fmt.Errorf("%w: %d bytes", errJournal, len(b))
	}
	c, ok := decodeCheckpoint(b[:headerSize])
	if other, valid := decodeCheckpoint(b[headerSize:journalStart]); valid && (!ok || other.number > c.number) {
		c, ok = other, true
	}
	if !ok {
		return nil, fmt.Errorf("%w: no header is valid", errJournal)
	}
	w := &written{checkpoint: c, first: c.head.revision + 1}
	number, at := c.group, int(c.at)
	for {
		size, err := w.read(b[at:], number)
		if err == nil && size == 0 && at != journalStart {
			if size, err = w.read(b[journalStart:], number); size > 0 {
				at = journalStart
			}
		}
		if err != nil {
			return nil, err
		}
		if size == 0 {
			break
		}
		number, at = number+1, at+(size+groupAlign-1)/groupAlign*groupAlign
	}
	// A group is written after the one before it is durable. So if one that comes
	// later is there, the one that ends the list has been damaged since.
	for at := journalStart; at < len(b); at += groupAlign {
		if binary.BigEndian.Uint64(b[at:]) == c.salt && binary.BigEndian.Uint64(b[at+8:]) > number {
			return nil, fmt.Errorf("%w: group %d", errJournal, number)
		}
	}
	return w, nil
}

// read reads the group at the start of b and returns its size, 0 when there is none,
// or one of which only a part has reached the disk.
func (w *written) read(b []byte, number uint64) (size int, err error) {
	if len(b) < groupHeader || binary.BigEndian.Uint64(b) != w.salt || binary.BigEndian.Uint64(b[8:]) != number {
		return 0, nil
	}
	length := int(binary.BigEndian.Uint32(b[28:]))
	if length > len(b)-groupHeader {
		return 0, nil
	}
	b = b[:groupHeader+length]
	if groupSum(b) != binary.BigEndian.Uint32(b[32:]) {
		return 0, nil
	}
	if first := hub.Revision(binary.BigEndian.Uint64(b[16:])); first != w.first+hub.Revision(len(w.entries)) {
		return 0, fmt.Errorf("%w: group %d begins with revision %d", errJournal, number, first)
	}
	rest := b[groupHeader:]
	for range binary.BigEndian.Uint32(b[24:]) {
		size, n := binary.Uvarint(rest)
		if n <= 0 || size > uint64(len(rest)-n) || size < entryVariables {
			return 0, fmt.Errorf("%w: group %d", errJournal, number)
		}
		w.entries = append(w.entries, entry(rest[n:n+int(size)]))
		rest = rest[n+int(size):]
	}
	return len(b), nil
}
