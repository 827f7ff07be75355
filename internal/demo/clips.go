package demo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
)

// clipFiles are the recordings of the demo with all that transcoding made of them; see
// script/make-demo-clips.
//
//go:embed clips
var clipFiles embed.FS

// Clip is a recording of the demo, whose files have their paths for keys.
type Clip struct {
	Duration float64 // seconds
	Files    []library.MediaFile
}

// clipRuns are the runs that the files of the clips belong to, whatever media item has them.
func clipRuns() map[string]uuid.UUID {
	return map[string]uuid.UUID{
		"lecture": uuid.MustParse("5f0c1c9e-3a57-4d0e-9c39-6a8d5e9b1c01"),
		"phone":   uuid.MustParse("5f0c1c9e-3a57-4d0e-9c39-6a8d5e9b1c02"),
		"podcast": uuid.MustParse("5f0c1c9e-3a57-4d0e-9c39-6a8d5e9b1c03"),
	}
}

const clipFolder = "clips"

func readClips() (map[string]Clip, error) {
	text, err := clipFiles.ReadFile(clipFolder + "/clips.json")
	if err != nil {
		return nil, err
	}
	var clips map[string]Clip
	return clips, json.Unmarshal(text, &clips)
}

// of is the files of a clip as those of a media item.
func (c Clip) of(id library.MediaID, run uuid.UUID) []library.MediaFile {
	files := make([]library.MediaFile, len(c.Files))
	for i, f := range c.Files {
		f.Key = holdings.Run{Media: int64(id), ID: run}.Key(f.Key).String()
		files[i] = f
	}
	return files
}

// clipStore is a blob store in which each media item has the clips' files too, under the
// runs of the clips. They are part of the program: they cost no disk and no time at the
// start, List does not name them, and Delete leaves them. The demo serves from it.
type clipStore struct {
	blob.Store
	infos map[string]blob.Info // by path in clipFiles
}

// besideClips returns what puts the clips' files in addition to those that a store keeps.
func besideClips() (func(kept blob.Store) blob.Store, error) {
	clips, err := readClips()
	if err != nil {
		return nil, err
	}
	infos := make(map[string]blob.Info)
	for name, clip := range clips {
		for _, f := range clip.Files {
			at := path.Join(clipFolder, name, f.Key)
			text, err := clipFiles.ReadFile(at)
			if err != nil {
				return nil, err
			}
			sum := sha256.Sum256(text)
			infos[at] = blob.Info{
				Size: int64(len(text)), ETag: `"` + hex.EncodeToString(sum[:16]) + `"`, ModTime: time.Now(), MIMEType: f.MIMEType,
			}
		}
	}
	return func(kept blob.Store) blob.Store { return &clipStore{kept, infos} }, nil
}

// clip is the path in clipFiles of an object, and whether it is there.
func (s *clipStore) clip(key string) (at string, info blob.Info, found bool) {
	parsed, ok := holdings.ParseKey(key)
	if !ok {
		return "", info, false
	}
	for name, run := range clipRuns() {
		if parsed.Run.ID == run {
			at = path.Join(clipFolder, name, parsed.Name)
			info, found = s.infos[at]
			info.Key = key
		}
	}
	return at, info, found
}

// Open is [blob.Store]'s.
func (s *clipStore) Open(ctx context.Context, key string) (*blob.Object, error) {
	at, info, found := s.clip(key)
	if !found {
		return s.Store.Open(ctx, key)
	}
	text, err := clipFiles.ReadFile(at)
	return &blob.Object{ReadSeekCloser: readCloser{bytes.NewReader(text)}, Info: info}, err
}

// Stat is [blob.Store]'s.
func (s *clipStore) Stat(ctx context.Context, key string) (blob.Info, error) {
	if _, info, found := s.clip(key); found {
		return info, nil
	}
	return s.Store.Stat(ctx, key)
}

// File is [blob.Store]'s.
func (s *clipStore) File(ctx context.Context, key, dir string) (string, error) {
	at, _, found := s.clip(key)
	if !found {
		return s.Store.File(ctx, key, dir)
	}
	text, err := fs.ReadFile(clipFiles, at)
	if err != nil {
		return "", err
	}
	copied := filepath.Join(dir, path.Base(at))
	return copied, os.WriteFile(copied, text, 0o600)
}

// readCloser has nothing to close.
type readCloser struct{ io.ReadSeeker }

// Close is [io.Closer]'s.
func (readCloser) Close() error { return nil }
