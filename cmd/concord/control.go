package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"concord/internal/boltstore"
	"concord/internal/hub"
)

// A server that has a folder open listens in it on a socket, for commands on the
// same machine by those who may read the folder. There is one: GET /backup.
const controlSocket = "control.sock"

// markTrailer follows a backup that has come to its end.
const markTrailer = "Concord-Mark"

// control takes commands until stop is called. Without the socket the server can
// do everything else, so that what keeps it from listening is only logged.
func (f *folder) control(ctx context.Context, logger *slog.Logger) (stop func()) {
	path := filepath.Join(f.dir, controlSocket)
	_ = os.Remove(path) // of a server that was killed: the folder is ours alone
	listener, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if err == nil {
		err = os.Chmod(path, 0o600)
	}
	if err != nil {
		logger.Warn("运行期间不能备份：无法在数据目录中建立 "+controlSocket, "error", err)
		return func() {}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /backup", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Trailer", markTrailer)
		w.Header().Set("Content-Type", "application/octet-stream")
		begun := time.Now()
		mark, err := f.store.Backup(r.Context(), w)
		if err != nil {
			logger.Error("备份没有完成", "error", err)
			panic(http.ErrAbortHandler) // so that nobody takes what was sent for the whole
		}
		w.Header().Set(markTrailer, mark.String())
		logger.Info("已发出备份", "revision", mark.Revision, "seconds", int(time.Since(begun).Seconds()))
	})
	s := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := s.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			logger.Error("运行期间不能再备份", "error", err)
		}
	}()
	return func() {
		_ = s.Close()
		<-ended
	}
}

// copyOfFolder writes a copy of a folder's store: by the server that has it open,
// else from the file itself.
func copyOfFolder(ctx context.Context, dir string, w io.Writer) (mark boltstore.Mark, err error) {
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", filepath.Join(dir, controlSocket))
	}}}
	defer client.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://concord/backup", nil)
	if err != nil {
		return mark, err
	}
	answer, err := client.Do(request)
	if _, ok := errors.AsType[*net.OpError](err); ok && ctx.Err() == nil {
		return copyOfStore(ctx, dir, w) // nobody listens
	}
	if err != nil {
		return mark, err
	}
	defer answer.Body.Close()
	source := &source{r: answer.Body}
	if _, err := io.Copy(w, source); err != nil {
		if source.err != nil && ctx.Err() == nil {
			return mark, &hub.Error{Code: hub.CodeBusy, Message: "服务在备份完成之前中断了连接。请查看服务日志后重试。", Cause: source.err}
		}
		return mark, err
	}
	return boltstore.ParseMark(answer.Trailer.Get(markTrailer))
}

func copyOfStore(ctx context.Context, dir string, w io.Writer) (mark boltstore.Mark, err error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return mark, hub.NotFound("没有数据目录 %s。请核对 --data 的路径。", dir)
	}
	s, err := boltstore.Open(dir, boltstore.Options{ReadOnly: true})
	if err != nil {
		return mark, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.Backup(ctx, w)
}

// source remembers the error of a reader, to tell it from that of the writer.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(b []byte) (n int, err error) {
	n, err = s.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}
