// Command gen makes the clips of the demo of recordings: go run ./internal/demo/gen
// ORIGINALS CLIPS. Each recording in the folder ORIGINALS becomes a folder in CLIPS, with
// the original and its renditions as Lectern transcodes them; CLIPS/clips.json lists
// them. It is run by script/make-demo-clips.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/lectern-media/lectern/internal/demo"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/transcode"
	"github.com/lectern-media/lectern/internal/work"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 2 {
		return errors.New("name the folder of the originals and that of the clips")
	}
	tools, err := transcode.Find(ctx)
	if err != nil {
		return err
	}
	into, err := filepath.Abs(args[1])
	if err != nil {
		return err
	}
	originals, err := filepath.Glob(filepath.Join(args[0], "*.*"))
	if err != nil {
		return err
	}
	clips := make(map[string]demo.Clip)
	for _, original := range originals {
		name := strings.TrimSuffix(filepath.Base(original), filepath.Ext(original))
		clip, err := makeClip(ctx, tools, original, filepath.Join(into, name))
		if err != nil {
			return fmt.Errorf("%s: %w", original, err)
		}
		clips[name] = clip
	}
	list, err := json.MarshalIndent(clips, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(into, "clips.json"), append(list, '\n'), 0o644) //nolint:gosec // it is committed
}

// makeClip transcodes a recording into a folder, and puts it there too.
func makeClip(ctx context.Context, tools transcode.Tools, original, folder string) (demo.Clip, error) {
	var clip demo.Clip
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // it is committed
		return clip, err
	}
	text, err := os.ReadFile(original) //nolint:gosec // the person who runs the generator names it
	if err != nil {
		return clip, err
	}
	if err := os.WriteFile(filepath.Join(folder, "original"), text, 0o644); err != nil { //nolint:gosec // it is committed
		return clip, err
	}
	sum := sha256.Sum256(text)
	clip.Files = []library.MediaFile{{
		Kind: library.FileOriginal, Definition: string(library.FileOriginal), Key: "original",
		MIMEType: typeOf(original), Size: int64(len(text)), Checksum: hex.EncodeToString(sum[:]),
	}}
	p, err := tools.Probe(ctx, original)
	if err != nil {
		return clip, err
	}
	out, err := tools.Transcode(ctx, original, p, folder, nil)
	if err != nil {
		return clip, err
	}
	smallest := original
	if out.Smallest() != "" {
		smallest = filepath.Join(folder, filepath.FromSlash(out.Smallest()))
	}
	sprite, err := tools.Sprite(ctx, smallest, p, out.Duration, folder)
	if err != nil {
		return clip, err
	}
	clip.Duration = out.Duration
	for _, f := range append(out.Files, sprite...) {
		if f.Path == "" { // the original plays everywhere as it is
			f.Path = "original"
		}
		clip.Files = append(clip.Files, library.MediaFile{
			Kind: work.FileKind(f.Kind), Definition: f.Definition, Key: path.Clean(f.Path), MIMEType: f.MIMEType,
			Width: int64(f.Width), Height: int64(f.Height), Bitrate: f.Bitrate, Size: f.Size,
		})
	}
	return clip, nil
}

// typeOf is the type that somebody who uploads a file would send.
func typeOf(file string) string {
	switch filepath.Ext(file) {
	case ".webm":
		return "video/webm"
	case ".m4a":
		return "audio/mp4"
	}
	return mime.TypeByExtension(filepath.Ext(file))
}
