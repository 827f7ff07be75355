package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/lectern-media/lectern/bench/internal/load"
	"github.com/lectern-media/lectern/bench/internal/rivals"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/transcode"
)

// The bars of issue 5 for work: times the bare command lines, at most.
const (
	barEncode = 1.1
	barCopy   = 1.2
)

// finishRounds bounds how often a lecture is made: each takes as long as all slices of a
// contestant elsewhere.
const finishRounds = 5

// finish measures how long a recording takes from `complete` to `finished`, beside the
// command lines that Lectern itself runs for it, one after the other.
func (b *bench) finish(ctx context.Context, a *arena) (err error) {
	b.report.section("From complete to finished: SQLite, files in a folder")
	tools, err := transcode.Find(ctx)
	if err != nil {
		return err
	}
	lectern, err := b.startLectern(ctx, a, "finish")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lectern.Stop()) }()
	w := workshop{b, a, tools, lectern}

	film, err := w.film(ctx)
	if err != nil {
		return err
	}
	if err := w.compare(ctx, "encoded", film, barEncode, func(transcode.Run) bool { return true }); err != nil {
		return err
	}
	plays, err := w.plays(ctx)
	if err != nil {
		return err
	}
	copies := func(r transcode.Run) bool { return slices.Contains(r.Args, "hls") }
	return w.compare(ctx, "played already", plays, barCopy, copies)
}

// workshop is where recordings are made and worked on.
type workshop struct {
	b       *bench
	a       *arena
	tools   transcode.Tools
	lectern *rivals.Process
}

// film makes a recording that has to be encoded.
func (w workshop) film(ctx context.Context) (string, error) {
	file := filepath.Join(w.b.folder, "film.mkv")
	return file, w.ffmpeg(ctx, "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30", "-f", "lavfi", "-i", "sine",
		"-t", strconv.Itoa(w.b.sizes.lecture), "-c:v", "mpeg4", "-q:v", "4", "-c:a", "libmp3lame", file)
}

// plays makes a large recording that plays as it is.
func (w workshop) plays(ctx context.Context) (string, error) {
	short, file := filepath.Join(w.b.folder, "short.mp4"), filepath.Join(w.b.folder, "plays.mp4")
	err := w.ffmpeg(ctx, "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30,noise=alls=40:allf=t", "-f", "lavfi", "-i", "sine",
		"-t", "10", "-c:v", "libx264", "-preset", "ultrafast", "-b:v", "20M", "-maxrate", "20M", "-bufsize", "20M",
		"-g", "60", "-pix_fmt", "yuv420p", "-c:a", "aac", short)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(short)
	if err != nil {
		return "", err
	}
	again := w.b.sizes.copied / info.Size()
	return file, w.ffmpeg(ctx, "-stream_loop", strconv.FormatInt(again, 10), "-i", short, "-c", "copy", file)
}

func (w workshop) ffmpeg(ctx context.Context, args ...string) error {
	args = append([]string{"-nostdin", "-v", "error", "-y"}, args...)
	out, err := exec.CommandContext(ctx, w.tools.FFmpeg, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("make a recording: %w\n%s", err, out)
	}
	return nil
}

// compare lets Lectern and the command lines that count take turns.
func (w workshop) compare(ctx context.Context, what, file string, bar float64, counts func(transcode.Run) bool) error {
	all, err := w.lines(ctx, file)
	if err != nil {
		return err
	}
	var lines []transcode.Run
	for _, r := range all {
		if counts(r) {
			lines = append(lines, r)
		}
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	var bare, synced, lectern []time.Duration
	var ratios, syncedRatios []float64
	for round := range min(w.b.rounds, finishRounds) {
		w.b.progress("a recording that is %s, round %d", what, round+1)
		plain, safe, err := w.runBare(ctx, lines)
		if err != nil {
			return err
		}
		took, err := w.runLectern(ctx, file, info.Size())
		if err != nil {
			return fmt.Errorf("%w\n%s", err, w.lectern.Output())
		}
		bare, synced, lectern = append(bare, plain), append(synced, safe), append(lectern, took)
		ratios = append(ratios, took.Seconds()/plain.Seconds())
		syncedRatios = append(syncedRatios, took.Seconds()/safe.Seconds())
	}
	name := fmt.Sprintf("%d command lines", len(lines))
	row := func(name string, took []time.Duration) []string {
		return []string{name, milliseconds(slices.Min(took)), milliseconds(median(took, itself)), milliseconds(slices.Max(took))}
	}
	w.b.report.table([]string{fmt.Sprintf("a recording of %s that is %s", megabytes(info.Size()), what), "least", "in the middle", "at most"},
		[][]string{row(name, bare), row(name+", and their files synced", synced), row(nameLectern, lectern)})
	r := median(ratios, itself)
	w.b.report.bar(r <= bar, "Lectern / %s of a recording that is %s: %.2f (at most %g)", name, what, r, bar)
	w.b.report.fact("Lectern / the same with the files synced: %.2f", median(syncedRatios, itself))
	return nil
}

// lines has the recording worked on here, and gives the command lines.
func (w workshop) lines(ctx context.Context, file string) (lines []transcode.Run, err error) {
	folder, err := os.MkdirTemp(w.b.folder, "lines")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	var mu sync.Mutex
	tools := w.tools
	tools.Observe = func(r transcode.Run) {
		mu.Lock()
		defer mu.Unlock()
		lines = append(lines, r)
	}
	p, err := tools.Probe(ctx, file)
	if err != nil {
		return nil, err
	}
	_, err = tools.Transcode(ctx, file, p, folder, nil)
	for _, line := range lines { // pictures are of what was made in the folder
		for i := range line.Args {
			line.Args[i] = strings.ReplaceAll(line.Args[i], folder, made)
		}
	}
	return lines, err
}

// made stands in a command line for the folder of the outputs.
const made = "{made}"

// runBare runs command lines one after the other, and gives how long that took without
// and with the files safe on disk.
func (w workshop) runBare(ctx context.Context, lines []transcode.Run) (plain, safe time.Duration, err error) {
	folder, err := os.MkdirTemp(w.b.folder, "bare")
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	for _, name := range []string{"hls", "mp4"} {
		if err := os.Mkdir(filepath.Join(folder, name), 0o700); err != nil {
			return 0, 0, err
		}
	}
	progress, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, progress.Close()) }()
	syscall.Sync() // what was removed before is nobody's work that is measured
	start := time.Now()
	for _, line := range lines {
		// As Lectern runs them, whatever else runs on the machine.
		args := []string{"-n", "10", line.Program}
		for _, arg := range line.Args {
			args = append(args, strings.ReplaceAll(arg, made, folder))
		}
		cmd := exec.CommandContext(ctx, "nice", args...)
		cmd.Dir, cmd.ExtraFiles = folder, []*os.File{progress}
		if err := cmd.Run(); err != nil {
			return 0, 0, fmt.Errorf("%s %s: %w", line.Program, strings.Join(line.Args, " "), err)
		}
	}
	plain = time.Since(start)
	err = syncAll(folder)
	return plain, time.Since(start), err
}

// syncAll makes all files below a folder safe on disk.
func syncAll(folder string) error {
	return filepath.WalkDir(folder, func(name string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		return errors.Join(file.Sync(), file.Close())
	})
}

// runLectern has Lectern take and finish the recording, and gives the time from complete
// on.
func (w workshop) runLectern(ctx context.Context, file string, size int64) (took time.Duration, err error) {
	signer, err := w.a.signer(ctx)
	if err != nil {
		return 0, err
	}
	made, err := w.a.newUpload(ctx)
	if err != nil {
		return 0, err
	}
	if err := w.put(ctx, signer.UploadURL(made.EmbedID, time.Now().Add(addressLife)), file, size); err != nil {
		return 0, err
	}
	admin, err := w.a.library.Admin(ctx)
	if err != nil {
		return 0, err
	}
	c, err := load.Dial(ctx, w.lectern.Addr)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, c.Close(), empty(w.a.storage())) }()
	path := fmt.Sprintf("/api/public/v1/media/uploads/%d/complete", made.ID)
	syscall.Sync() // what was uploaded before is not what is measured
	start := time.Now()
	if _, err := c.Fetch(load.AppendPost(nil, path, admin.Token, []byte(`{"title":"A lecture"}`))); err != nil {
		return 0, err
	}
	if err := awaitFinish(ctx, "http://"+w.lectern.Addr+"/api/public/v1", made.ID, admin.Token); err != nil {
		return 0, err
	}
	took = time.Since(start)
	return took, w.awaitPictures(ctx, made.ID)
}

// awaitPictures waits for the pictures of the scrub bar, which come after a lecture is
// finished and must not be drawn while others are measured.
func (w workshop) awaitPictures(ctx context.Context, id library.MediaID) error {
	last := filepath.Join(w.a.storage(), "media", strconv.FormatInt(int64(id), 10), "*", "sprite.vtt")
	ctx, cancel := context.WithTimeout(ctx, picturePatience)
	defer cancel()
	tick := time.NewTicker(picturePatience / 1000)
	defer tick.Stop()
	for {
		found, err := filepath.Glob(last)
		if err != nil || len(found) > 0 {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("the pictures of media %d did not come: %w", id, ctx.Err())
		}
	}
}

// picturePatience bounds that.
const picturePatience = 5 * time.Minute

func (w workshop) put(ctx context.Context, path, file string, size int64) (err error) {
	body, err := os.Open(file)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, "http://"+w.lectern.Addr+path, body)
	if err != nil {
		return err
	}
	request.ContentLength = size
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("the upload was answered with %s", answer.Status)
	}
	return errors.Join(err, answer.Body.Close())
}

// awaitFinish reads the events of a media item until it plays.
func awaitFinish(ctx context.Context, base string, id library.MediaID, token string) (err error) {
	url := fmt.Sprintf("%s/media/%d/processing", base, id)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, answer.Body.Close()) }()
	var last string
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		data, is := strings.CutPrefix(lines.Text(), "data: ")
		if !is {
			continue
		}
		var event struct {
			Stage library.Stage `json:"stage"`
		}
		if err := json.Unmarshal([]byte(data), &event); err != nil {
			return err
		}
		if last = data; event.Stage == library.StageFinished {
			return nil
		}
	}
	return fmt.Errorf("the events of media %d, answered with %s, end with %q", id, answer.Status, last)
}
