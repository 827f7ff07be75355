package work

import (
	"context"

	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
)

// Rows are the rows of a library as a sweep of its storage needs them.
func Rows(lib *library.Library) holdings.Rows { return rows{lib} }

// rows translates between the ids and files of library and those of holdings.
type rows struct{ *library.Library }

// Release is [holdings.Rows]'s.
func (r rows) Release(ctx context.Context, dryRun bool) (holdings.Released, error) {
	found, err := r.Sweep(ctx, dryRun)
	return holdings.Released{Uploads: numbers(found.Uploads), Bin: numbers(found.Bin)}, err
}

func numbers(ids []library.MediaID) []int64 {
	plain := make([]int64, len(ids))
	for i, id := range ids {
		plain[i] = int64(id)
	}
	return plain
}

// FilesAfter is [holdings.Rows]'s.
func (r rows) FilesAfter(ctx context.Context, row, limit int64) ([]holdings.File, error) {
	found, err := r.Library.FilesAfter(ctx, row, limit)
	files := make([]holdings.File, len(found))
	for i, f := range found {
		files[i] = holdings.File{Row: f.Row, Media: int64(f.Media), Kind: string(f.Kind), Key: f.Key}
	}
	return files, err
}

// FilesOf is [holdings.Rows]'s.
func (r rows) FilesOf(ctx context.Context, media int64) ([]holdings.File, error) {
	found, err := r.AllFiles(ctx, library.MediaID(media))
	files := make([]holdings.File, len(found))
	for i, f := range found {
		files[i] = holdings.File{Media: media, Kind: string(f.Kind), Key: f.Key}
	}
	return files, err
}

// LoseFiles is [holdings.Rows]'s.
func (r rows) LoseFiles(ctx context.Context, media int64, isGone func(key string) bool) error {
	return r.LostFiles(ctx, library.MediaID(media), isGone)
}
