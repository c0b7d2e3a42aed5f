package index

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	zap "github.com/blevesearch/scorch_segment_api/v2"
	bolterrors "go.etcd.io/bbolt/errors"

	"concord/index/words"
	"concord/internal/hub"
)

// Options are what an index works with. Reference and Vocabulary are required.
type Options struct {
	Reference  *hub.Reference
	Vocabulary *hub.Vocabulary
	Logger     *slog.Logger  // for the operator; slog.Default() when nil
	LockWait   time.Duration // how long to wait for another process to let go; a second when 0
	Rebuild    bool          // discard what is there
}

// Index is an open index. It is safe for concurrent use. It answers BUSY until
// it holds a consistent state, which Follow sees to.
type Index struct {
	dir     string
	options Options
	base    *words.Lexicon // of the vocabulary alone
	format  string
	log     *slog.Logger

	// bleve is only used by Follow, and by Close after it.
	bleve    bleve.Index
	scorch   *scorch.Scorch
	stamp    stamp        // as it is written
	revision hub.Revision // of the documents: the stamp's, or a later one up to which none would change
	speech   speech       // as of that revision

	mu       sync.Mutex
	current  *view         // nil until there is a consistent state
	advanced chan struct{} // closed when current changes

	merged    chan struct{} // bleve has merged segments
	damage    chan error    // a search has come upon something unreadable
	closing   chan struct{}
	closeOnce sync.Once
	following sync.WaitGroup
	written   atomic.Int64  // records since the segments were last merged into few
	persisted atomic.Uint64 // revision that would survive a crash
}

var _ hub.Searcher = (*Index)(nil)

// stamp says what state an index is in. It is kept within the index, and changes
// in one step with the documents it speaks of.
type stamp struct {
	Format   string       `json:"format"`
	Revision hub.Revision `json:"revision"`
	// Writing is set while documents of a later revision are being written in
	// several steps: until Revision has reached it, the state is not one that
	// the hub was ever in.
	Writing hub.Revision `json:"writing,omitempty"`
}

var stampKey = []byte("concord")

// Open opens the index in dir, or makes an empty one where there is none that can
// be used; what cannot be used is discarded. It answers searches at once when it
// holds a consistent state. A folder that another process has open is an error
// of code BUSY.
func Open(dir string, o Options) (*Index, error) {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.LockWait == 0 {
		o.LockWait = time.Second
	}
	x := &Index{
		dir:      dir,
		options:  o,
		base:     words.New(o.Vocabulary, o.Reference),
		format:   formatOf(o.Vocabulary),
		log:      o.Logger.With("part", "index"),
		advanced: make(chan struct{}),
		merged:   make(chan struct{}, 1),
		damage:   make(chan error, 1),
		closing:  make(chan struct{}),
	}
	x.speech = speech{lexicon: x.base}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, folderError(dir, err)
	}
	if err := x.openExisting(); err != nil {
		if isLocked(err) {
			return nil, lockedError(dir, err)
		}
		if !errors.Is(err, bleve.ErrorIndexMetaMissing) {
			x.log.Warn("the search index cannot be used and is made anew", "dir", dir, "reason", err)
		}
		if err := x.create(); err != nil {
			return nil, err
		}
	}
	return x, nil
}

func folderError(dir string, err error) error {
	e := hub.Internal("index.Open", err)
	e.Message = "无法在 " + dir + " 建立检索索引。请检查目录是否可写、磁盘是否已满。"
	return e
}

func isLocked(err error) bool { return errors.Is(err, bolterrors.ErrTimeout) }

func lockedError(dir string, err error) error {
	return &hub.Error{Code: hub.CodeBusy, Message: "检索索引 " + dir + " 正被另一个进程使用。请先停止那个进程，或换用其他数据目录。", Cause: err}
}

// settings are bleve's, for opening and creating alike.
func (x *Index) settings() map[string]any {
	return map[string]any{
		"bolt_timeout": x.options.LockWait.String(),
		// A batch returns when it can be read, not when it is durable: what a
		// crash takes away is caught up from the log.
		"unsafe_batch":           true,
		"eventCallbackName":      callbacks,
		"asyncErrorCallbackName": callbacks,
	}
}

// openExisting opens what is there. An error means that it cannot be used.
func (x *Index) openExisting() (err error) {
	err = x.openBleve()
	if x.options.Rebuild && !isLocked(err) {
		x.drop()
		return errors.New("it was asked to be made anew")
	}
	if err != nil {
		return err
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("read: %v", r)
		}
		if err != nil {
			x.drop()
		}
	}()
	snapshot, err := x.reader()
	if err != nil {
		return err
	}
	defer func() { _ = snapshot.Close() }()
	raw, err := snapshot.GetInternal(stampKey)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &x.stamp); err != nil {
		return fmt.Errorf("stamp: %w", err)
	}
	if x.stamp.Format != x.format {
		return fmt.Errorf("its format is %.16s, this program makes %.16s", x.stamp.Format, x.format)
	}
	if err := x.openSpeech(snapshot); err != nil {
		return err
	}
	for _, s := range snapshot.Segments() {
		if err := checkSegment(s.Segment()); err != nil {
			return err
		}
	}
	x.revision = x.stamp.Revision
	x.persisted.Store(uint64(x.revision))
	if x.stamp.Revision == 0 || x.stamp.Writing > x.stamp.Revision {
		return nil // to be caught up before it can answer
	}
	return x.refresh()
}

// openBleve opens bleve's index, taking a panic over damaged files for an error.
func (x *Index) openBleve() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("open: %v", r)
		}
	}()
	b, err := bleve.OpenUsing(x.dir, x.settings())
	if err != nil {
		return err
	}
	return x.use(b)
}

func (x *Index) use(b bleve.Index) error {
	advanced, err := b.Advanced()
	if err != nil {
		return errors.Join(err, b.Close())
	}
	s, ok := advanced.(*scorch.Scorch)
	if !ok {
		return errors.Join(fmt.Errorf("an index of type %T", advanced), b.Close())
	}
	x.bleve, x.scorch = b, s
	listeners.Store(s, x)
	return nil
}

// drop closes bleve's index, if it is open.
func (x *Index) drop() {
	if x.bleve == nil {
		return
	}
	listeners.Delete(x.scorch)
	if err := x.bleve.Close(); err != nil {
		x.log.Warn("close the search index", "error", err)
	}
	x.bleve, x.scorch = nil, nil
}

// create discards what is there and makes an empty index.
func (x *Index) create() error {
	x.drop()
	x.publish(nil)
	for _, name := range []string{metaFile, storeFolder} {
		if err := os.RemoveAll(filepath.Join(x.dir, name)); err != nil {
			return folderError(x.dir, err)
		}
	}
	b, err := bleve.NewUsing(x.dir, newMapping(), scorch.Name, scorch.Name, x.settings())
	if err != nil {
		if isLocked(err) {
			return lockedError(x.dir, err)
		}
		return folderError(x.dir, err)
	}
	if err := x.use(b); err != nil {
		return folderError(x.dir, err)
	}
	x.stamp, x.revision, x.speech = stamp{Format: x.format}, 0, speech{lexicon: x.base}
	x.persisted.Store(0)
	raw, err := json.Marshal(x.stamp)
	if err == nil {
		err = b.SetInternal(stampKey, raw)
	}
	if err == nil {
		err = x.sync()
	}
	if err != nil {
		return folderError(x.dir, err)
	}
	return nil
}

// The names that bleve gives.
const (
	metaFile    = "index_meta.json"
	storeFolder = "store"
)

// sync makes durable what bleve does not: its description of the index and the
// entries of its folders, without which a power cut leaves an index that cannot
// be opened.
func (x *Index) sync() error {
	for _, name := range []string{filepath.Join(x.dir, metaFile), filepath.Join(x.dir, storeFolder), x.dir, filepath.Dir(x.dir)} {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		err = f.Sync()
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// checkSegment compares a segment's file with the checksum at its end, which
// bleve writes but does not read.
func checkSegment(s zap.Segment) error {
	p, ok := s.(zap.PersistedSegment)
	if !ok {
		return nil
	}
	f, err := os.Open(p.Path())
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	sum := crc32.NewIEEE()
	if _, err := io.CopyN(sum, f, info.Size()-4); err != nil {
		return fmt.Errorf("segment %s: %w", filepath.Base(p.Path()), err)
	}
	var end [4]byte
	if _, err := io.ReadFull(f, end[:]); err != nil {
		return fmt.Errorf("segment %s: %w", filepath.Base(p.Path()), err)
	}
	if want := uint32(end[0])<<24 | uint32(end[1])<<16 | uint32(end[2])<<8 | uint32(end[3]); sum.Sum32() != want {
		return fmt.Errorf("segment %s is damaged: its checksum does not fit", filepath.Base(p.Path()))
	}
	return nil
}

// reader returns bleve's newest state.
func (x *Index) reader() (*scorch.IndexSnapshot, error) {
	r, err := x.scorch.Reader()
	if err != nil {
		return nil, err
	}
	snapshot, ok := r.(*scorch.IndexSnapshot)
	if !ok || snapshot == nil {
		return nil, errors.New("bleve gave no snapshot")
	}
	return snapshot, nil
}

// refresh publishes bleve's newest state. It is called only while no documents
// are being written, so the state is that of x.revision.
func (x *Index) refresh() error {
	snapshot, err := x.reader()
	if err != nil {
		return err
	}
	var known map[zap.Segment]*columns
	if x.current != nil {
		if x.current.snapshot == snapshot && x.current.revision == x.revision {
			return snapshot.Close()
		}
		known = x.current.columns()
	}
	v, err := newView(snapshot, x.revision, x.speech, known)
	if err != nil {
		return errors.Join(err, snapshot.Close())
	}
	x.publish(v)
	return nil
}

// publish makes v the state that searches see; nil for none.
func (x *Index) publish(v *view) {
	x.mu.Lock()
	old := x.current
	x.current = v
	close(x.advanced)
	x.advanced = make(chan struct{})
	x.mu.Unlock()
	if old != nil {
		old.release()
	}
}

// acquire returns the current state, to be released, nil when there is none;
// and a channel that is closed when there is another one.
func (x *Index) acquire() (*view, <-chan struct{}) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.current == nil || !x.current.acquire() {
		return nil, x.advanced
	}
	return x.current, x.advanced
}

// Ready reports whether the index can answer.
func (x *Index) Ready() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.current != nil
}

// Revision is the newest revision that searches see, 0 for none.
func (x *Index) Revision() hub.Revision {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.current == nil {
		return 0
	}
	return x.current.revision
}

// Close ends Follow, waits until what has been applied is durable, at most ten
// seconds, and lets go of the folder. Searches that are under way finish; later
// ones get BUSY.
func (x *Index) Close() error {
	x.closeOnce.Do(func() { close(x.closing) })
	x.following.Wait()
	if x.bleve != nil && x.stamp.Writing == 0 && x.stamp.Revision < x.revision {
		if err := x.reached(x.revision, x.speech); err != nil {
			x.log.Warn("the search index could not note how far it has come; the next start finds out", "error", err)
		}
	}
	for range 1000 {
		if x.bleve == nil || hub.Revision(x.persisted.Load()) >= x.stamp.Revision {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	x.publish(nil)
	if x.bleve == nil {
		return nil
	}
	listeners.Delete(x.scorch)
	err := x.bleve.Close()
	x.bleve, x.scorch = nil, nil
	if err != nil {
		return hub.Internal("index.Close", err)
	}
	return nil
}

// callbacks is the name under which bleve finds the functions below.
const callbacks = "concord"

// listeners leads from a *scorch.Scorch to its *Index.
var listeners sync.Map

func init() {
	scorch.RegistryEventCallbacks[callbacks] = func(e scorch.Event) bool {
		if e.Kind == scorch.EventKindMergerProgress || e.Kind == scorch.EventKindPersisterProgress {
			if x, ok := listeners.Load(e.Scorch); ok {
				select {
				case x.(*Index).merged <- struct{}{}:
				default:
				}
			}
		}
		return true
	}
	scorch.RegistryAsyncErrorCallbacks[callbacks] = func(err error, path string) {
		log := slog.Default().With("part", "index")
		listeners.Range(func(_, x any) bool {
			if filepath.Join(x.(*Index).dir, storeFolder) == path {
				log = x.(*Index).log
				if errors.Is(err, scorch.ErrAsyncPanic) {
					// The part of bleve that panicked has stopped.
					select {
					case x.(*Index).damage <- err:
					default:
					}
				}
			}
			return true
		})
		log.Error("the search index cannot be written; searches go on, and what is new stays in memory until it can", "path", path, "error", err)
		// bleve tries again at once; on a full disk that would be all it does.
		time.Sleep(retryWrite)
	}
}

// retryWrite is how long bleve waits after a failed write.
const retryWrite = 3 * time.Second
