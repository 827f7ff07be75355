package library

import (
	"context"
	"crypto/rand"
	"sync"
)

// secrets are keys of the library's that this process has read, by name. It is safe for
// concurrent use.
type secrets struct {
	mu    sync.RWMutex
	known map[string][]byte
}

func (s *secrets) get(name string) ([]byte, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	key, found := s.known[name]
	return key, found
}

func (s *secrets) set(name string, key []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = make(map[string][]byte)
	}
	s.known[name] = key
}

// signingKey is secret for what [Library.verifies] then checks: the key is remembered.
func (l *Library) signingKey(ctx context.Context, name string) ([]byte, error) {
	if key, found := l.secrets.get(name); found {
		return key, nil
	}
	key, err := l.secret(ctx, name)
	if err == nil {
		l.secrets.set(name, key)
	}
	return key, err
}

// verifies reports whether a signature is one by the key of a name, which signs tells. A
// database that was set back may have another key than this process remembers: if the
// signature is not by that one, the key is read again.
func (l *Library) verifies(ctx context.Context, name string, signs func(key []byte) bool) (bool, error) {
	if key, found := l.secrets.get(name); found && signs(key) {
		return true, nil
	}
	key, err := view(ctx, l, Actor{}, func(v *Snapshot) ([]byte, error) { return v.in.Last().Secret(ctx, name) })
	if KindOf(err) == KindNotFound { // nothing was ever signed
		return false, nil
	}
	if err != nil {
		return false, err
	}
	l.secrets.set(name, key)
	return signs(key), nil
}

// secret returns a key of the library's, which the first use makes.
func (l *Library) secret(ctx context.Context, name string) ([]byte, error) {
	key, err := view(ctx, l, Actor{}, func(v *Snapshot) ([]byte, error) { return v.in.Last().Secret(ctx, name) })
	if KindOf(err) != KindNotFound {
		return key, err
	}
	fresh := make([]byte, secretBytes)
	rand.Read(fresh) // never fails, see crypto/rand
	err = l.store.Change(ctx, func(tx Tx) (err error) {
		key, err = tx.MakeSecret(ctx, name, fresh)
		return err
	})
	return key, err
}
