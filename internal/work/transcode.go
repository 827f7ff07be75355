package work

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/transcode"
)

// From how many seconds on the work on a recording is long: where it must be re-encoded,
// and where it plays already and only its scrub bar's pictures take their time.
const (
	longToEncode  = 600
	longToPicture = 3600
)

// source is the file that a run works on.
type source struct {
	file string
	is   transcode.Probe
}

// prepare finds out what a file is and makes of it what plays, unless that takes long: then
// it is a job of its own, which stands in nobody's way.
func (w *Worker) prepare(ctx context.Context, held library.Work, folder string, percent *atomic.Int64) error {
	tools := w.Tools
	tools.Limits.Encoding = longToEncode
	src, err := w.probe(ctx, held.Original.Key, folder)
	if err != nil {
		return err
	}
	held.Original = found(held.Original, src.is)
	if d := src.is.Duration; d <= longToPicture && (src.is.Playable || d <= longToEncode) {
		if err := w.Library.Probed(ctx, held, d, false); err != nil {
			return err
		}
		err := w.makePlayable(ctx, held, folder, src, tools, percent)
		if !errors.Is(err, transcode.ErrLong) { // that only copying it has shown
			return err
		}
	}
	percent.Store(told)
	return w.Library.Probed(ctx, held, src.is.Duration, true)
}

// found is an original with what its file is.
func found(original library.MediaFile, is transcode.Probe) library.MediaFile {
	if is.MIMEType != "" {
		original.MIMEType = is.MIMEType // the client may have called it anything
	}
	original.Width, original.Height, original.Bitrate = 0, 0, is.Bitrate
	if is.Video != nil {
		original.Width, original.Height = int64(is.Video.Width), int64(is.Video.Height)
	}
	if original.Bitrate == 0 && is.Duration > 0 { // not every container says
		original.Bitrate = int64(float64(original.Size) * 8 / is.Duration)
	}
	return original
}

// transcode makes of a long file what plays.
func (w *Worker) transcode(ctx context.Context, held library.Work, folder string, percent *atomic.Int64) error {
	src, err := w.probe(ctx, held.Original.Key, folder)
	if err != nil {
		return err
	}
	return w.makePlayable(ctx, held, folder, src, w.Tools, percent)
}

func (w *Worker) probe(ctx context.Context, key, folder string) (src source, err error) {
	if src.file, err = w.Blobs.File(ctx, key, folder); err != nil {
		return src, err
	}
	src.is, err = w.Tools.Probe(ctx, src.file)
	return src, err
}

// makePlayable makes of a file what plays, and hands it over.
func (w *Worker) makePlayable(
	ctx context.Context, held library.Work, folder string, src source, tools transcode.Tools, percent *atomic.Int64,
) error {
	made := filepath.Join(folder, "made")
	if err := os.Mkdir(made, 0o700); err != nil {
		return err
	}
	stop := w.writeAhead(ctx, made)
	out, err := tools.Transcode(ctx, src.file, src.is, made, func(done float64, _ string) { percent.Store(int64(done)) })
	stop()
	if err != nil {
		return err
	}
	files, err := w.keep(ctx, held, made, out.Files)
	if err == nil {
		percent.Store(told)
		err = w.Library.FinishWork(ctx, held, out.Duration, files)
	}
	if err != nil {
		if isOver(err) || isOver(context.Cause(ctx)) {
			w.discardRun(ctx, held)
		}
		return err
	}
	master, _ := library.MediaFiles(files).Of(library.FileHLSMaster)
	held.Plays = master.Key
	if smallest := out.Smallest(); smallest != "" { // which is decoded fastest
		src.file = filepath.Join(made, filepath.FromSlash(smallest))
	}
	return w.addSprite(ctx, held, src, out.Duration, made)
}

// writeInterval is how often a disk that is written to fast is asked to go on with it.
const writeInterval = 100 * time.Millisecond

// writeAhead has the disk write what is made in a folder while it is made, until stop: what
// only copies a file is done before a disk would begin of itself.
func (w *Worker) writeAhead(ctx context.Context, folder string) (stop func()) {
	disk, is := w.Blobs.(*blob.Disk)
	if !is {
		return func() {}
	}
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(writeInterval)
		defer tick.Stop()
		for {
			select {
			case <-end:
				return
			case <-tick.C:
				disk.WriteAhead(ctx, folder)
			}
		}
	}()
	return func() { close(end); <-ended }
}

// addPictures goes on where a run was cut off that had made a media item play.
func (w *Worker) addPictures(ctx context.Context, held library.Work, folder string, percent *atomic.Int64) error {
	percent.Store(told)
	src, err := w.probe(ctx, held.ToPicture.Key, folder)
	if err != nil {
		return err
	}
	made := filepath.Join(folder, "made")
	if err := os.Mkdir(made, 0o700); err != nil {
		return err
	}
	return w.addSprite(ctx, held, src, held.Media.Duration, made)
}

// addSprite adds the pictures of the scrub bar, for which nobody has to wait. A media item of
// which none can be made plays without them.
func (w *Worker) addSprite(ctx context.Context, held library.Work, src source, duration float64, made string) error {
	if src.is.Video == nil {
		return nil
	}
	sprite, err := w.Tools.Sprite(ctx, src.file, src.is, duration, made)
	if refusal, ok := errors.AsType[*transcode.Refusal](err); ok {
		w.Logger.Warn("a media item has no scrub bar previews", "media", held.Media.ID, "error", refusal)
		return nil
	}
	if missing, ok := errors.AsType[*transcode.MissingOutputError](err); ok {
		w.Logger.Error("server fault, a media item gets no scrub bar previews: an output of ffmpeg is missing", "media", held.Media.ID, "error", missing)
		return nil
	}
	if err != nil {
		return err
	}
	files, err := w.keep(ctx, held, made, sprite)
	if err != nil {
		return err
	}
	err = w.Library.AddPictures(ctx, held.Media.ID, held.Plays, files)
	if isOver(err) {
		w.discard(ctx, keysOf(files)...)
	}
	return err
}

func keysOf(files []library.MediaFile) []string {
	keys := make([]string, len(files))
	for i, f := range files {
		keys[i] = f.Key
	}
	return keys
}

// discardRun removes what a run has made and nobody will name.
func (w *Worker) discardRun(ctx context.Context, held library.Work) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	err := w.removeBelow(ctx, runOf(held).Folder())
	if err != nil {
		w.Logger.Warn("unused objects could not be deleted yet", "media", held.Media.ID, "error", err)
	}
}

// removeBelow deletes all objects whose key begins with a prefix.
func (w *Worker) removeBelow(ctx context.Context, prefix string) error {
	var keys []string
	err := w.Blobs.List(ctx, prefix, func(o blob.Info) error {
		keys = append(keys, o.Key)
		return nil
	})
	if err == nil {
		w.discard(ctx, keys...)
	}
	return err
}

// fileKinds is the kinds of files by those of transcoding.
var fileKinds = map[transcode.Kind]library.FileKind{
	transcode.KindMaster: library.FileHLSMaster, transcode.KindPlaylist: library.FileHLSPlaylist,
	transcode.KindMedia: library.FileHLSMedia, transcode.KindDownload: library.FileMP4,
	transcode.KindThumbnail: library.FileThumbnail, transcode.KindWaveform: library.FileWaveform,
	transcode.KindSprite: library.FileSprite, transcode.KindSpriteVTT: library.FileSpriteMap,
}

// FileKind is what the library calls what transcoding makes.
func FileKind(made transcode.Kind) library.FileKind { return fileKinds[made] }

// keep puts what was made into the blob store, and makes sure that this is still the library's.
func (w *Worker) keep(
	ctx context.Context, held library.Work, folder string, made []transcode.File,
) ([]library.MediaFile, error) {
	files := make([]library.MediaFile, len(made))
	for i, f := range made {
		files[i] = library.MediaFile{
			Kind: FileKind(f.Kind), Definition: f.Definition, MIMEType: f.MIMEType, Width: int64(f.Width), Height: int64(f.Height),
			Bitrate: f.Bitrate, Size: f.Size, CreatedAt: time.Now(), Key: held.Original.Key,
		}
		if f.Path == "" { // the original plays everywhere as it is
			continue
		}
		files[i].Key = runOf(held).Key(f.Path).String()
		path := filepath.Join(folder, filepath.FromSlash(f.Path))
		if _, err := w.Blobs.PutFile(ctx, files[i].Key, path, f.MIMEType); err != nil {
			return nil, err
		}
	}
	return files, w.check(ctx)
}
