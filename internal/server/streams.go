package server

import (
	"context"
	"sync"
	"time"

	"concord/internal/telemetry"
)

// StreamLimits bound what lasts: WebSockets and event streams.
type StreamLimits struct {
	Streams       int           // sockets and event streams open at a time, and subscriptions running on all of them
	PerCaller     int           // of each, of one key, account or, when anonymous, address
	Subscriptions int           // running on one socket at a time
	Message       int64         // bytes of a message from a client
	Messages      float64       // from a client, a second, on average; a burst may have four seconds' worth
	Init          time.Duration // for a socket's first message, connection_init
	Pulse         time.Duration // between signs of life that a client is sent
	Slow          time.Duration // for a client to take one message; then it is cut
}

// DefaultStreamLimits are the published ones.
var DefaultStreamLimits = StreamLimits{
	Streams: 2000, PerCaller: 100, Subscriptions: 50, Message: defaultMaxBody, Messages: 50,
	Init: 10 * time.Second, Pulse: 15 * time.Second, Slow: 15 * time.Second,
}

// streams counts what lasts, and ends it when the server stops.
type streams struct {
	metrics *telemetry.Metrics
	ending  chan struct{}
	once    sync.Once
	open    sync.WaitGroup

	mu        sync.Mutex
	limits    StreamLimits
	all       int
	each      map[string]int // by caller
	following int            // subscriptions that run
	follows   map[string]int // by caller
}

func newStreams(metrics *telemetry.Metrics) *streams {
	return &streams{metrics: metrics, ending: make(chan struct{}), each: map[string]int{}, follows: map[string]int{}}
}

// tune sets other limits; what is open stays so.
func (s *streams) tune(limits StreamLimits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits = limits
}

// enter lets a stream in; false when there are too many, or the server stops. The
// caller leaves by the function returned.
func (s *streams) enter() (leave func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.ending:
		return nil, false
	default:
	}
	if s.all >= s.limits.Streams {
		return nil, false
	}
	s.all++
	s.open.Add(1)
	closed := s.metrics.Socket()
	return func() {
		s.mu.Lock()
		s.all--
		s.mu.Unlock()
		closed()
		s.open.Done()
	}, true
}

// enterAs counts a stream to its caller, once it is known who that is.
func (s *streams) enterAs(caller string) (leave func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.each[caller] >= s.limits.PerCaller {
		return nil, false
	}
	s.each[caller]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.each[caller]--; s.each[caller] == 0 {
			delete(s.each, caller)
		}
	}, true
}

// follow lets a subscription run; false when there are too many. Each takes memory and,
// at every change, time, however few sockets they share.
func (s *streams) follow(caller string) (leave func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.following >= s.limits.Streams || s.follows[caller] >= s.limits.PerCaller {
		return nil, false
	}
	s.following++
	s.follows[caller]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.following--
		if s.follows[caller]--; s.follows[caller] == 0 {
			delete(s.follows, caller)
		}
	}, true
}

// end tells all streams to end and lets no more in.
func (s *streams) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.once.Do(func() { close(s.ending) })
}

// wait waits until all have ended, or ctx is done.
func (s *streams) wait(ctx context.Context) {
	ended := make(chan struct{})
	go func() {
		s.open.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-ctx.Done():
	}
}
