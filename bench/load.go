package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The load generator of the comparison with peers. It shares the processors with
// what it measures, so it does as little as a client can: requests are bytes made
// beforehand, answers are read off the connection by their length or chunks, and
// each is compared with what is known of it.

// dialogue is what the clients of a load say, and what they expect to hear.
type dialogue interface {
	// request is the i-th request of a client, as HTTP/1.1.
	request(client, i int) []byte
	// check judges the answer to it.
	check(client, i int, body []byte) error
}

// heard is what a load measured.
type heard struct {
	rate  float64 // answers a second
	times samples // milliseconds
}

// loadOf has 16 clients talk to an address for a while, each over one connection
// that it keeps.
func loadOf(ctx context.Context, address string, lasting time.Duration, clients int, d dialogue) (heard, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		group sync.WaitGroup
		mu    sync.Mutex
		all   heard
		errs  []error
	)
	start := time.Now()
	for c := range clients {
		group.Go(func() {
			times, err := talk(ctx, address, start.Add(lasting), c, d)
			mu.Lock()
			defer mu.Unlock()
			all.times = append(all.times, times...)
			if err != nil {
				errs = append(errs, err)
				cancel()
			}
		})
	}
	group.Wait()
	if len(errs) > 0 {
		return all, errs[0]
	}
	all.rate = float64(len(all.times)) / time.Since(start).Seconds()
	return all, nil
}

// talk is one client.
func talk(ctx context.Context, address string, until time.Time, client int, d dialogue) (samples, error) {
	connection, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	defer context.AfterFunc(ctx, func() { _ = connection.Close() })()
	reader := bufio.NewReaderSize(connection, 64<<10)
	var body []byte
	var times samples
	for i := 0; ; i++ {
		began := time.Now()
		if began.After(until) {
			return times, nil
		}
		if _, err := connection.Write(d.request(client, i)); err != nil {
			return times, err
		}
		status, answer, err := readAnswer(reader, body[:0])
		if err != nil {
			return times, err
		}
		times = append(times, milliseconds(time.Since(began)))
		body = answer
		if status != http.StatusOK {
			return times, fmt.Errorf("status %d: %.300s", status, body)
		}
		if err := d.check(client, i, body); err != nil {
			return times, err
		}
	}
}

// readAnswer reads an HTTP/1.1 answer with a length or in chunks into body.
func readAnswer(r *bufio.Reader, body []byte) (status int, _ []byte, err error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return 0, body, err
	}
	if len(line) < 12 {
		return 0, body, fmt.Errorf("no status line: %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, body, err
	}
	length, chunked := -1, false
	for {
		if line, err = r.ReadSlice('\n'); err != nil {
			return status, body, err
		}
		name, value, found := bytes.Cut(bytes.TrimRight(line, "\r\n"), []byte(":"))
		switch {
		case !found:
			if length < 0 && !chunked {
				return status, body, errors.New("an answer without length")
			}
			if chunked {
				body, err = readChunks(r, body)
			} else {
				body, err = readMore(r, body, length)
			}
			return status, body, err
		case strings.EqualFold(string(name), "Content-Length"):
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return status, body, err
			}
		case strings.EqualFold(string(name), "Transfer-Encoding"):
			chunked = true
		}
	}
}

func readMore(r *bufio.Reader, body []byte, n int) ([]byte, error) {
	had := len(body)
	if cap(body) < had+n {
		body = append(body, make([]byte, n)...)
	}
	body = body[:had+n]
	_, err := io.ReadFull(r, body[had:])
	return body, err
}

func readChunks(r *bufio.Reader, body []byte) ([]byte, error) {
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return body, err
		}
		size, _, _ := strings.Cut(strings.TrimSpace(string(line)), ";")
		n, err := strconv.ParseUint(size, 16, 31)
		if err != nil {
			return body, err
		}
		if body, err = readMore(r, body, int(n)); err != nil {
			return body, err
		}
		if _, err := r.Discard(len("\r\n")); err != nil || n == 0 {
			return body, err
		}
	}
}

// posted is a request as it goes over the wire.
func posted(path, key string, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nAccept: application/json\r\n", path)
	if key != "" {
		fmt.Fprintf(&b, "Authorization: Bearer %s\r\n", key)
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n", len(body))
	b.Write(body)
	return b.Bytes()
}

// reading is a dialogue of requests that always get the same answers: each answer
// must be, byte for byte, the one that was looked at beforehand.
type reading struct {
	requests [][]byte
	answers  [][]byte
}

func (d *reading) at(client, i int) int { return (client*7919 + i) % len(d.requests) }

func (d *reading) request(client, i int) []byte { return d.requests[d.at(client, i)] }

func (d *reading) check(client, i int, body []byte) error {
	if want := d.answers[d.at(client, i)]; !bytes.Equal(body, want) {
		return fmt.Errorf("another answer than before: %.200s\nbefore: %.200s", body, want)
	}
	return nil
}

// learn asks each request once and keeps the answers for later comparison; look
// judges them.
func (d *reading) learn(ctx context.Context, address string, look func(i int, body []byte) error) error {
	connection, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer connection.Close()
	reader := bufio.NewReader(connection)
	d.answers = make([][]byte, len(d.requests))
	for i, request := range d.requests {
		if _, err := connection.Write(request); err != nil {
			return err
		}
		status, body, err := readAnswer(reader, nil)
		switch {
		case err != nil:
			return err
		case status != http.StatusOK:
			return fmt.Errorf("status %d: %.300s", status, body)
		}
		if err := look(i, body); err != nil {
			return err
		}
		d.answers[i] = body
	}
	return nil
}
