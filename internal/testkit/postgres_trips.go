package testkit

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// Trips counts the round trips to a PostgreSQL server. A trip is what a client sends in
// one go before it waits for the server to be ready again, however many statements that
// is. What makes a connection ready for the first time is none, and neither is the ping by
// which a pool finds out whether a connection still lives.
//
// It is safe for concurrent use.
type Trips struct {
	mu     sync.Mutex
	made   []Trip
	before func(Trip)
	conns  int
}

// Trip is one round trip.
type Trip struct {
	Connection int      // which of the connections made it, from 1 on
	Statements []string // what was asked, in full; for statements that were only prepared, too
}

// String is the trip on one line.
func (t Trip) String() string {
	var all []string
	for _, statement := range t.Statements {
		all = append(all, strings.Join(strings.Fields(statement), " "))
	}
	return fmt.Sprintf("[%d] %.200s", t.Connection, strings.Join(all, "; "))
}

// PostgresByTrips is [PostgresURL] by way of what counts the round trips, and the URL
// without.
func PostgresByTrips(tb testing.TB) (counted, direct string, trips *Trips) {
	tb.Helper()
	trips = &Trips{}
	counted, direct, _ = postgresBy(tb, trips.relay)
	return counted, direct, trips
}

// Take returns the trips since it was last called, in their order.
func (t *Trips) Take() []Trip {
	t.mu.Lock()
	defer t.mu.Unlock()
	made := t.made
	t.made = nil
	return made
}

// Before has fn called before each trip from now on, which the server sees once fn has
// returned; nil ends that. One connection's trip waits for another's fn, but not its answer.
func (t *Trips) Before(fn func(Trip)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.before = fn
}

func (t *Trips) begin(trip Trip) {
	t.mu.Lock()
	t.made = append(t.made, trip)
	before := t.before
	t.mu.Unlock()
	if before != nil {
		before(trip)
	}
}

// relay passes on what the ends of a connection say, and counts.
func (t *Trips) relay(client, server net.Conn) {
	t.mu.Lock()
	t.conns++
	w := &wire{trips: t, connection: t.conns, statements: map[string]string{}}
	t.mu.Unlock()
	var back sync.WaitGroup
	back.Go(func() {
		w.answers(server, client)
		_ = client.Close() // which ends the other direction
	})
	w.asks(client, server)
	_ = server.Close()
	back.Wait()
}

// wire is one connection by PostgreSQL's protocol (its manual, chapter 55).
type wire struct {
	trips      *Trips
	connection int

	mu      sync.Mutex
	ready   bool // the server has been ready for the first time
	waiting int  // for how many times more the server is to say that it is ready

	// Of asks alone.
	statements map[string]string // those prepared, by their names
	asked      []string          // since the last trip
}

// message is one of the protocol's, as it stands on the wire.
type message []byte

func (m message) kind() byte { return m[0] }

// texts are the first n texts that a message begins with.
func (m message) texts(n int) []string {
	rest := m[headLength:]
	texts := make([]string, n)
	for i := range texts {
		text, after, _ := bytes.Cut(rest, []byte{0})
		texts[i], rest = string(text), after
	}
	return texts
}

const (
	lengthLength = 4 // of the length of a message, which counts itself
	headLength   = 1 + lengthLength
)

// readMessage reads a message. The first one of a client has no kind before its length.
func readMessage(r *bufio.Reader, kinds int) (message, error) {
	head := make([]byte, kinds+lengthLength)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	length := binary.BigEndian.Uint32(head[kinds:])
	if length < lengthLength || length > 1<<30 {
		return nil, fmt.Errorf("a message of %d bytes", length)
	}
	m := make(message, kinds+int(length))
	copy(m, head)
	_, err := io.ReadFull(r, m[len(head):])
	return m, err
}

// asks passes on what the client says, trip by trip.
func (w *wire) asks(client io.Reader, server io.Writer) {
	in, out := bufio.NewReader(client), bufio.NewWriter(server)
	first, err := readMessage(in, 0)
	if err == nil {
		_, err = out.Write(first)
	}
	for err == nil {
		if in.Buffered() == 0 {
			err = out.Flush()
		}
		var m message
		var readErr error
		if m, readErr = readMessage(in, 1); readErr != nil {
			break
		}
		w.ask(m)
		_, writeErr := out.Write(m)
		err = errors.Join(err, writeErr)
	}
	_ = out.Flush()
}

// ask notes what a message asks for. Where it has the server answer, a trip begins, unless
// the client did not wait for the answer before.
func (w *wire) ask(m message) {
	switch m.kind() {
	case 'P': // Parse
		texts := m.texts(2)
		w.statements[texts[0]] = texts[1]
		w.asked = append(w.asked, texts[1])
	case 'B': // Bind
		statement := w.statements[m.texts(2)[1]]
		if n := len(w.asked); n == 0 || w.asked[n-1] != statement { // not parsed just now
			w.asked = append(w.asked, statement)
		}
	case 'Q': // Query
		w.asked = append(w.asked, m.texts(1)[0])
		w.answered(1)
	case 'F': // FunctionCall
		w.asked = append(w.asked, "a function call")
		w.answered(1)
	case 'S': // Sync
		w.answered(1)
	case 'H': // Flush: the server answers, and says nothing of being ready
		w.answered(0)
	}
}

// answered is called where the server will answer, and say ready times that it is ready.
func (w *wire) answered(ready int) {
	w.mu.Lock()
	begins := w.ready && w.waiting == 0
	w.waiting += ready
	w.mu.Unlock()
	trip := Trip{Connection: w.connection, Statements: w.asked}
	w.asked = nil
	if begins && !isPing(trip) {
		w.trips.begin(trip)
	}
}

// isPing says whether this is how database/sql has pgx see whether a connection that was
// idle for a second still lives.
func isPing(trip Trip) bool { return len(trip.Statements) == 1 && trip.Statements[0] == "-- ping" }

// answers passes on what the server says.
func (w *wire) answers(server io.Reader, client io.Writer) {
	in, out := bufio.NewReader(server), bufio.NewWriter(client)
	for {
		m, err := readMessage(in, 1)
		if err != nil {
			return
		}
		if m.kind() == 'Z' { // ReadyForQuery
			w.isReady()
		}
		if _, err := out.Write(m); err != nil {
			return
		}
		if in.Buffered() == 0 {
			if err := out.Flush(); err != nil {
				return
			}
		}
	}
}

// isReady notes that the server is ready, before the client knows it.
func (w *wire) isReady() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.ready {
		w.ready = true
		return
	}
	w.waiting--
}
