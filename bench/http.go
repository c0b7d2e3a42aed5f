package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"concord/internal/hub"
	"concord/internal/server"
)

// The queries of partners, by the names under which they are compared.
const (
	queryNode = `query($id: ID!) { node(id: $id) { ... on Mediator {
	  id registrationNo name status district { code name } specialties { label } term { start end } revision
	  organization { id name district { code name } } } } }`
	queryPage = `query($after: String) { mediators(first: 50, after: $after) { totalCount revision
	  nodes { id registrationNo name status district { code name } specialties { label } term { start end }
	    person { name } organization { id name district { code name } } }
	  pageInfo { endCursor hasNextPage } } }`
	querySearch = `query($text: String!, $district: [String!]) { mediators(search: $text, filter: { district: $district }, first: 20) {
	  totalCount revision nodes { id name specialties { label } organization { name } } } }`
	queryStatistics = `{ statistics { mediators { total byDistrictAndSpecialty { district { code } specialty count } } } }`
)

// pageAnswer is what is read of an answer to queryPage.
type pageAnswer struct {
	Mediators struct {
		TotalCount int
		Nodes      []struct {
			ID           string
			Name         string
			Person       *struct{ Name string }
			Organization *struct{ Name string }
		}
		PageInfo struct{ EndCursor string }
	}
}

// endpoint is an HTTP server of ours on a free port, and a client that keeps its
// connections open.
type endpoint struct {
	url    string
	client *http.Client
	stop   func() error
}

// serve answers GraphQL from a hub, as `concord serve` does, its log thrown away.
func serve(ctx context.Context, h *hub.Hub) (*endpoint, error) {
	s := server.New(server.Config{Hub: h, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	return listen(ctx, s.Serve, "/graphql")
}

// serveBytes answers every request with the same bytes.
func serveBytes(ctx context.Context, body []byte) (*endpoint, error) {
	handler := answerer(body)
	return listen(ctx, func(ctx context.Context, l net.Listener) error {
		s := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
		ended := make(chan error, 1)
		go func() { ended <- s.Serve(l) }()
		<-ctx.Done()
		err := s.Close()
		if e := <-ended; !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, e)
		}
		return err
	}, "/")
}

// answerer answers everything with the same bytes.
func answerer(body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the client's affair
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body) // as above
	})
}

func listen(ctx context.Context, run func(context.Context, net.Listener) error, path string) (*endpoint, error) {
	l, err := server.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, l) }()
	client := newClient()
	return &endpoint{
		url:    "http://" + l.Addr().String() + path,
		client: client,
		stop: func() error {
			client.CloseIdleConnections()
			cancel()
			return <-ended
		},
	}, nil
}

func newClient() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}, Timeout: time.Minute}
}

// request is the body of a GraphQL request.
func request(query string, variables map[string]any) []byte {
	return asJSON(map[string]any{"query": query, "variables": variables})
}

func asJSON(data any) []byte {
	text, err := json.Marshal(data)
	if err != nil {
		panic(err) // plain data
	}
	return text
}

// post sends a request and returns the body of the answer.
func (e *endpoint) post(ctx context.Context, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := e.client.Do(r)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %.300s", answer.Status, text)
	}
	return text, nil
}

// ask sends a request and reads its data into out; errors in the answer are
// errors.
func (e *endpoint) ask(ctx context.Context, body []byte, out any) error {
	text, err := e.post(ctx, body)
	if err != nil {
		return err
	}
	return decodeAnswer(text, out)
}

func decodeAnswer(text []byte, out any) error {
	var answer struct {
		Data   json.RawMessage
		Errors []struct{ Message string }
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return fmt.Errorf("%w: %.300s", err, text)
	}
	if len(answer.Errors) > 0 {
		return errors.New(answer.Errors[0].Message)
	}
	return json.Unmarshal(answer.Data, out)
}

// clients is how many keep-alive connections ask at once.
const clients = 16

// load has all clients send requests for a while and returns how many a second
// were answered. check looks at every answer.
func (e *endpoint) load(ctx context.Context, lasting time.Duration, next func(i int) []byte, check func([]byte) error) (float64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		group  sync.WaitGroup
		mu     sync.Mutex
		total  int
		failed error
	)
	start := time.Now()
	for c := range clients {
		group.Go(func() {
			n := 0
			var err error
			for i := c; err == nil && time.Since(start) < lasting; i += clients {
				var answer []byte
				if answer, err = e.post(ctx, next(i)); err == nil {
					err = check(answer)
				}
				n++
			}
			mu.Lock()
			defer mu.Unlock()
			total += n
			if err != nil && failed == nil {
				failed = err
				cancel()
			}
		})
	}
	group.Wait()
	return float64(total) / time.Since(start).Seconds(), failed
}
