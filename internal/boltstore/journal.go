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
// to them: for one edit some dozen places of the disk. So as long as a journal is in
// use bbolt does not sync. What a commit adds to the log goes to the end of the
// journal, one stretch, synced once; now and then a checkpoint syncs concord.db and
// begins the journal anew.
//
// After a power cut nobody knows which pages of concord.db have reached the disk
// since the checkpoint. Those of the checkpoint itself have, and none of them has been
// written over since: a read transaction of that moment is held until the next one. So
// recovery points both meta pages back to the checkpoint and adds what the journal
// holds to the log and the views. It does so after a crash of the program too, where
// it need not, so that there is one way back only, and one that is gone often.
//
// The file, concord.wal, is there only while it is in use: closing the store makes a
// checkpoint and removes it. Whoever copies the folder of a hub that was not closed
// must copy it too.
//
//	0     header, of an odd checkpoint
//	4096  header, of an even one
//	8192  groups, each at a multiple of 64, with the salt of the newest header
//
// What lies behind the last group is from before the checkpoint and has another salt.
const (
	journalName = "concord.wal"

	headerSize   = 4096
	journalStart = 2 * headerSize
	groupAlign   = 64

	leastJournal  = 1 << 20  // it grows by doubling, and is written, so that a sync finds every block in its place
	mostJournal   = 32 << 20 // after which a checkpoint comes
	mostJournaled = 1 << 20  // bytes of a group; a larger one, of an import, is a checkpoint of its own
)

var (
	journalMagic = [8]byte{'c', 'o', 'n', 'c', 'w', 'a', 'l', '1'}
	castagnoli   = crc32.MakeTable(crc32.Castagnoli)

	errJournal = errors.New("the journal is damaged")
)

// checkpoint is a state of concord.db that is durable.
type checkpoint struct {
	number   uint64
	salt     uint64 // of the groups that follow
	pageSize uint32
	meta     [metaSize]byte // as bbolt wrote it
	root     uint32         // checksum of the page of the root bucket, which no two states share
	head     head
}

// encode returns the header: magic, number, salt, page size, meta, checksum of the
// root page, revision, hash, and the checksum of all that.
func (c *checkpoint) encode() []byte {
	b := make([]byte, 0, headerSize)
	b = append(b, journalMagic[:]...)
	b = binary.BigEndian.AppendUint64(b, c.number)
	b = binary.BigEndian.AppendUint64(b, c.salt)
	b = binary.BigEndian.AppendUint32(b, c.pageSize)
	b = append(b, c.meta[:]...)
	b = binary.BigEndian.AppendUint32(b, c.root)
	b = append(b, c.head.encode()...)
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	return b[:headerSize]
}

func decodeCheckpoint(b []byte) (c checkpoint, ok bool) {
	const size = 8 + 8 + 8 + 4 + metaSize + 4 + 8 + hashSize
	if len(b) < size+4 || [8]byte(b) != journalMagic || crc32.Checksum(b[:size], castagnoli) != binary.BigEndian.Uint32(b[size:]) {
		return c, false
	}
	c.number = binary.BigEndian.Uint64(b[8:])
	c.salt = binary.BigEndian.Uint64(b[16:])
	c.pageSize = binary.BigEndian.Uint32(b[24:])
	b = b[28+copy(c.meta[:], b[28:]):]
	c.root = binary.BigEndian.Uint32(b)
	c.head.revision = hub.Revision(binary.BigEndian.Uint64(b[4:]))
	copy(c.head.hash[:], b[12:])
	return c, true
}

// place is where a checkpoint's header stands.
func (c *checkpoint) place() int64 { return int64((c.number + 1) % 2 * headerSize) }

// newCheckpoint describes the newest state of concord.db, which must be durable, and
// which nothing may be altering.
func newCheckpoint(path string, number uint64, at head) (*checkpoint, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	newest, place := newestMeta(file)
	if !newest.valid {
		return nil, errors.New("no valid meta page")
	}
	c := &checkpoint{number: number, salt: rand.Uint64(), pageSize: uint32(newest.pageSize), head: at}
	if _, err := file.ReadAt(c.meta[:], place); err != nil {
		return nil, err
	}
	c.root, err = rootSum(file, newest)
	return c, err
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
//	number    8  counted from the checkpoint
//	revision  8  of the first entry
//	entries   4
//	length    4  of what follows the checksum
//	checksum  4  of all that and what follows
//	entries      each its length, uvarint, and itself
const groupHeader = 8 + 8 + 8 + 4 + 4 + 4

// journal is a journal in use.
type journal struct {
	file   *os.File
	path   string
	since  *checkpoint
	pin    *bolt.Tx // of the checkpoint
	groups uint64
	at     int64 // where the next group goes
	size   int64
	buffer []byte
	early  chan error // of a sync of concord.db ahead of the checkpoint, nil when there is none
}

// newJournal begins a journal at a checkpoint. It appears under its name when it is
// durable.
func newJournal(dir string, c *checkpoint) (_ *journal, err error) {
	j := &journal{path: filepath.Join(dir, journalName), since: c, at: journalStart, size: journalStart}
	aside := j.path + ".new"
	if j.file, err = os.OpenFile(aside, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = j.file.Close()
			_ = os.Remove(aside)
		}
	}()
	if _, err = j.file.WriteAt(c.encode(), c.place()); err != nil {
		return nil, err
	}
	if err = j.grow(); err != nil {
		return nil, err
	}
	if err = os.Rename(aside, j.path); err != nil {
		return nil, err
	}
	return j, syncFolders(dir)
}

func (j *journal) grow() error {
	more := max(leastJournal, j.size)
	if _, err := j.file.WriteAt(make([]byte, more), j.size); err != nil {
		return err
	}
	j.size += more
	return j.file.Sync()
}

// add makes entries durable. Nobody else may use the journal meanwhile.
func (j *journal) add(first hub.Revision, entries []entry) error {
	b := append(j.buffer[:0], make([]byte, groupHeader)...)
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
	for j.at+int64(len(b)) > j.size {
		if err := j.grow(); err != nil {
			return err
		}
	}
	if _, err := j.file.WriteAt(b, j.at); err != nil {
		return err
	}
	j.groups++
	j.at += (int64(len(b)) + groupAlign - 1) / groupAlign * groupAlign
	return datasync(j.file)
}

// groupSum is the checksum of a whole group.
func groupSum(b []byte) uint32 {
	return crc32.Update(crc32.Checksum(b[:groupHeader-4], castagnoli), castagnoli, b[groupHeader:])
}

// begin starts the journal anew at a checkpoint, whose transaction it takes over.
func (j *journal) begin(c *checkpoint, pin *bolt.Tx) error {
	if _, err := j.file.WriteAt(c.encode(), c.place()); err != nil {
		return err
	}
	if err := datasync(j.file); err != nil {
		return err
	}
	if j.pin != nil {
		_ = j.pin.Rollback() // fails only when it is closed already
	}
	j.since, j.pin, j.groups, j.at = c, pin, 0, journalStart
	return nil
}

// close lets go of the journal, which is left as it is.
func (j *journal) close() error {
	if j.early != nil {
		<-j.early
	}
	if j.pin != nil {
		_ = j.pin.Rollback()
	}
	return j.file.Close()
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

// readJournal reads the journal of a folder, nil when there is none. Of one that is
// damaged it returns what there is together with errJournal, nil when not even the
// checkpoint can be told.
func readJournal(dir string) (*written, error) {
	b, err := os.ReadFile(filepath.Join(dir, journalName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if len(b) < journalStart {
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
	number, at := uint64(0), journalStart
	for {
		size, err := w.read(b[at:], number)
		if err != nil {
			return w, err
		}
		if size == 0 {
			break
		}
		number, at = number+1, at+(size+groupAlign-1)/groupAlign*groupAlign
		if at >= len(b) {
			return w, nil
		}
	}
	// A group is written after the one before it is durable. So if one that comes
	// later is there, the one that ends the list has been damaged since.
	for at += groupAlign; at+groupHeader <= len(b); at += groupAlign {
		if binary.BigEndian.Uint64(b[at:]) == c.salt && binary.BigEndian.Uint64(b[at+8:]) > number {
			return w, fmt.Errorf("%w: group %d", errJournal, number)
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
