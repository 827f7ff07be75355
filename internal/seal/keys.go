package seal

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"
)

// Key is a key that signs, or has signed.
type Key struct {
	ID        string // of 8 letters; a name, for a key from before keys had ids
	Secret    []byte
	CreatedAt time.Time
	RetiredAt *time.Time // since when it signs nothing any more; nil: it signs
}

// secretBytes is the length of a secret.
const secretBytes = 32

// NewKey returns a fresh key.
func NewKey(now time.Time) Key {
	id, secret := make([]byte, keyIDBytes), make([]byte, secretBytes)
	_, _ = rand.Read(id) // never fails, see crypto/rand
	_, _ = rand.Read(secret)
	return Key{ID: base64.RawURLEncoding.EncodeToString(id), Secret: secret, CreatedAt: now}
}

// rawID is the key's id in bytes.
func (k Key) rawID() []byte {
	id, err := base64.RawURLEncoding.DecodeString(k.ID)
	if err != nil || len(id) != keyIDBytes {
		panic(fmt.Sprintf("seal: %q is not the id of a key that signs", k.ID))
	}
	return id
}

// signs reports whether new signatures are made with the key.
func (k Key) signs() bool { return k.RetiredAt == nil }

// freshness is how long a process may go on with the keys that it has read. So much later
// than a key was replaced, no process signs with it any more.
const freshness = time.Minute

// VerifiesUntil is when a key that was replaced at a time verifies nothing any more: when
// the last of what was signed with it has expired.
func VerifiesUntil(retired time.Time) time.Time { return retired.Add(LongestLife + freshness) }

// verifies reports whether signatures made with the key may still be valid.
func (k Key) verifies(now time.Time) bool {
	return k.RetiredAt == nil || now.Before(VerifiesUntil(*k.RetiredAt))
}

// Source reads the keys of a library. One of them at least signs.
type Source func(ctx context.Context) ([]Key, error)

// Static is a source of keys that never change.
func Static(keys ...Key) Source {
	return func(context.Context) ([]Key, error) { return keys, nil }
}

// Signer signs and verifies with the keys of a library. It reads them again each minute,
// and when it meets a mark by a key that it does not know, so that a key which another
// process made is known at once. It is safe for concurrent use.
type Signer struct {
	source func() ([]Key, error)
	clock  func() time.Time
	ring   atomic.Pointer[ring]
	reads  reads
}

// ring is the keys that were read last.
type ring struct {
	keys []Key
	at   time.Time // when reading them was last tried
}

// New returns a signer with the keys of a source.
func New(ctx context.Context, source Source, clock func() time.Time) (*Signer, error) {
	always := context.WithoutCancel(ctx) // one request's end does not end a read that others wait for
	s := &Signer{clock: clock, source: func() ([]Key, error) { return within(always, firstPatience, source) }}
	s.ring.Store(&ring{})
	if err := s.reread(); err != nil {
		return nil, err
	}
	s.source = func() ([]Key, error) { return within(always, patience, source) }
	return s, nil
}

// within reads keys for a limited time.
func within(ctx context.Context, limit time.Duration, source Source) ([]Key, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return source(ctx)
}

// firstPatience is the time limit of reading the keys at the start, when there are no others
// to go on with: a busy database is no reason not to start.
const firstPatience = 30 * time.Second

// patience is the time limit of reading the keys again. Until then the keys that were read
// before stay in use, so that files are served while the database is away.
const patience = 2 * time.Second

// reread reads the keys. One goroutine at a time does.
func (s *Signer) reread() error {
	last := &ring{keys: s.ring.Load().keys, at: s.clock()}
	defer func() { s.ring.Store(last) }()
	keys, err := s.source()
	if err != nil {
		return fmt.Errorf("read the signing keys: %w", err)
	}
	if !slices.ContainsFunc(keys, Key.signs) {
		return errors.New("seal: no key signs")
	}
	last.keys = keys
	return nil
}

// tooOld is how old keys are that are not used while they are being read again.
const tooOld = time.Hour

// fresh returns the keys, which it reads again if they were read too long ago. While that
// is being done, or if it fails, those that were read go on. It waits no longer than ctx lasts.
func (s *Signer) fresh(ctx context.Context) []Key {
	if s.age() >= freshness {
		s.refresh(ctx)
	}
	return s.ring.Load().keys
}

// age is how long ago reading the keys was last tried.
func (s *Signer) age() time.Duration { return s.clock().Sub(s.ring.Load().at).Abs() }

func (s *Signer) refresh(ctx context.Context) {
	s.reads.mu.Lock()
	age := s.age()
	if age < freshness { // somebody has read them meanwhile
		s.reads.mu.Unlock()
		return
	}
	r, first := s.reads.now, false
	if r == nil {
		first = s.reads.next == nil
		r = s.nextRead()
	}
	s.reads.mu.Unlock()
	if first || age >= tooOld {
		_ = r.wait(ctx) // the keys that were read go on
	}
}

// current returns the key to sign with: the newest.
func (s *Signer) current() Key {
	var newest Key
	for _, k := range s.fresh(context.Background()) { // which waits for a read at most
		if k.signs() && (newest.ID == "" || k.CreatedAt.After(newest.CreatedAt)) {
			newest = k
		}
	}
	return newest
}

// key returns a key by its id, and whether there is one that verifies. It reads the keys
// for an id that it does not know.
func (s *Signer) key(ctx context.Context, id string) (Key, bool, error) {
	if k, ok := named(s.fresh(ctx), id); ok {
		return k, k.verifies(s.clock()), nil
	}
	if err := s.readAgain(ctx); err != nil {
		return Key{}, false, err
	}
	k, ok := named(s.ring.Load().keys, id)
	return k, ok && k.verifies(s.clock()), nil
}

func named(keys []Key, id string) (Key, bool) {
	i := slices.IndexFunc(keys, func(k Key) bool { return k.ID == id })
	if i < 0 {
		return Key{}, false
	}
	return keys[i], true
}
