package library

import (
	"context"
	"crypto/rand"
)

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
