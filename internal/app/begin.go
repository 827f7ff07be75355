package app

import (
	"context"

	"github.com/lectern-media/lectern/internal/library"
)

// HasAdmin says whether the library has an active admin. A new one has none.
func (a *App) HasAdmin(ctx context.Context) (bool, error) {
	admin := library.Admin
	found, err := a.library.SearchUsers(ctx, library.Operator(), library.UserFilter{Role: &admin}, library.Page{Number: 1, Size: 1})
	return found.Total > 0, err
}
