package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/lectern-media/lectern/bench/internal/load"
	"github.com/lectern-media/lectern/bench/internal/rivals"
)

// The bars of issue 5 for bytes.
const (
	barUpload = 0.8 // of the bare handler's bytes a second, at least
	barRanges = 0.9 // of http.ServeFile's, at least
)

// The contestants that take uploads, beside Lectern by PUT.
const (
	nameSynced     = "bare, synced"
	nameUnsynced   = "bare, not synced"
	nameLecternTus = "Lectern, tus"
	nameTusd       = "tusd"
)

// uploadConnections are the numbers of files that are sent at once.
var uploadConnections = []int{1, 4}

// blockSize is how much of a body is written at once.
const blockSize = 256 << 10

// An uploader is a server that takes files.
type uploader struct {
	name    string
	process *rivals.Process
	folder  string // is emptied when nobody looks
	// prepare gives the head of the request for one file; it is not timed.
	prepare func(ctx context.Context, i int) ([]byte, error)
}

// upload measures how fast files come in.
func (b *bench) upload(ctx context.Context, a *arena) (err error) {
	b.report.section("Uploads of files of %s: %s", megabytes(b.sizes.upload), "SQLite, files in a folder")
	uploaders, processes, err := b.startUploaders(ctx, a)
	defer func() {
		for _, p := range processes {
			err = errors.Join(err, p.Stop())
		}
	}()
	if err != nil {
		return err
	}
	var trials []trial
	for _, n := range uploadConnections {
		t, err := b.contestUploads(ctx, uploaders, n)
		if err != nil {
			return err
		}
		trials = append(trials, t)
	}
	var rows [][]string
	for _, t := range trials {
		for _, u := range uploaders {
			s := t.score(u.name)
			rows = append(rows, []string{
				u.name, strconv.Itoa(t.connections), fmt.Sprintf("%.0f", s.perSecond), fmt.Sprintf("%d ms", s.cpu.Milliseconds()),
			})
		}
	}
	b.report.table([]string{"contestant", "connections", "MB/s", "CPU/file"}, rows)
	for _, t := range trials {
		r := t.lecternTo(nameSynced, perSecond)
		b.report.bar(r >= barUpload, "Lectern / %s at %d connections: %.2f (at least %g)", nameSynced, t.connections, r, barUpload)
		b.report.fact("Lectern / %s at %d connections: %.2f", nameUnsynced, t.connections, t.lecternTo(nameUnsynced, perSecond))
		b.report.fact("%s / %s at %d connections: %.2f", nameLecternTus, nameTusd, t.connections,
			t.ratio(nameLecternTus, nameTusd, perSecond))
	}
	return b.hugeUpload(ctx, a)
}

func (b *bench) startUploaders(ctx context.Context, a *arena) (uploaders []uploader, processes []*rivals.Process, err error) {
	lectern, err := b.startLectern(ctx, a, "upload")
	if err != nil {
		return nil, processes, err
	}
	processes = append(processes, lectern)
	bare, bareFolder, err := b.startIn(ctx, rivals.Files)
	if err != nil {
		return nil, processes, err
	}
	processes = append(processes, bare)
	tus, tusFolder, err := b.startIn(ctx, rivals.Tus)
	if err != nil {
		return nil, processes, err
	}
	processes = append(processes, tus)
	put := func(folder string) func(context.Context, int) ([]byte, error) {
		return func(_ context.Context, i int) ([]byte, error) {
			return load.AppendUpload(nil, http.MethodPut, "/"+folder+"/"+strconv.Itoa(i)), nil
		}
	}
	return []uploader{
		{nameSynced, bare, bareFolder, put("synced")},
		{nameUnsynced, bare, bareFolder, put("unsynced")},
		{nameLectern, lectern, a.storage(), b.putTo(a)},
		{nameTusd, tus, tusFolder, func(ctx context.Context, _ int) ([]byte, error) {
			return createTus(ctx, tus.Addr, "/tus/", b.sizes.upload)
		}},
		{nameLecternTus, lectern, a.storage(), func(ctx context.Context, _ int) ([]byte, error) {
			signer, err := a.signer(ctx)
			if err != nil {
				return nil, err
			}
			made, err := a.newUpload(ctx)
			if err != nil {
				return nil, err
			}
			return createTus(ctx, lectern.Addr, signer.TusURL(made.EmbedID, time.Now().Add(addressLife)), b.sizes.upload)
		}},
	}, processes, nil
}

// putTo sends each file to a media item of its own.
func (b *bench) putTo(a *arena) func(context.Context, int) ([]byte, error) {
	return func(ctx context.Context, _ int) ([]byte, error) {
		signer, err := a.signer(ctx)
		if err != nil {
			return nil, err
		}
		made, err := a.newUpload(ctx)
		if err != nil {
			return nil, err
		}
		path := signer.UploadURL(made.EmbedID, time.Now().Add(addressLife))
		return load.AppendUpload(nil, http.MethodPut, path, "Content-Type: video/mp4"), nil
	}
}

// createTus announces a file, and gives the head of the request that sends it.
func createTus(ctx context.Context, addr, path string, size int64) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+addr+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Tus-Resumable", "1.0.0")
	request.Header.Set("Upload-Length", strconv.FormatInt(size, 10))
	request.Header.Set("Upload-Metadata", "filetype "+base64.StdEncoding.EncodeToString([]byte("video/mp4")))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	if err := answer.Body.Close(); err != nil || answer.StatusCode != http.StatusCreated {
		return nil, fmt.Errorf("creating an upload by tus was answered with %s: %w", answer.Status, err)
	}
	location, err := url.Parse(answer.Header.Get("Location"))
	if err != nil {
		return nil, err
	}
	return load.AppendUpload(nil, http.MethodPatch, location.Path,
		"Tus-Resumable: 1.0.0", "Upload-Offset: 0", "Content-Type: application/offset+octet-stream"), nil
}

// contestUploads lets the uploaders take turns, one file for each connection.
func (b *bench) contestUploads(ctx context.Context, uploaders []uploader, connections int) (trial, error) {
	t := trial{connections: connections, scores: map[string][]score{}}
	b.progress("%d connections, %d rounds", connections, b.rounds)
	block := randomBlock()
	for round := range b.rounds + 1 { // of which the first warms up
		order := slices.Clone(uploaders)
		if round%2 == 1 {
			slices.Reverse(order)
		}
		for _, u := range order {
			s, err := u.slice(ctx, connections, block, b.sizes.upload)
			if err != nil {
				return t, fmt.Errorf("%s: %w\n%s", u.name, err, u.process.Output())
			}
			if round > 0 {
				t.scores[u.name] = append(t.scores[u.name], s)
			}
		}
	}
	return t, nil
}

// randomBlock is what bodies are made of; no file system makes it smaller.
func randomBlock() []byte {
	block := make([]byte, blockSize)
	chance := rand.New(rand.NewPCG(7, 8))
	for i := range block {
		block[i] = byte(chance.Uint32())
	}
	return block
}

// slice sends a file over each of the connections, and gives MB a second of them all.
func (u uploader) slice(ctx context.Context, connections int, block []byte, size int64) (s score, err error) {
	heads := make([][]byte, connections)
	conns := make([]*load.Conn, connections)
	defer func() {
		for _, c := range conns {
			if c != nil {
				_ = c.Close() // the answers are read
			}
		}
		err = errors.Join(err, empty(u.folder))
	}()
	for i := range conns {
		if heads[i], err = u.prepare(ctx, i); err != nil {
			return s, err
		}
		if conns[i], err = load.Dial(ctx, u.process.Addr); err != nil {
			return s, err
		}
	}
	before, err := u.process.CPU()
	if err != nil {
		return s, err
	}
	failures := make([]error, connections)
	var sending sync.WaitGroup
	start := time.Now()
	for i, c := range conns {
		sending.Go(func() { failures[i] = c.Upload(heads[i], block, size) })
	}
	sending.Wait()
	took := time.Since(start)
	after, err := u.process.CPU()
	s.perSecond = float64(size*int64(connections)) / (1 << 20) / took.Seconds()
	s.cpu = (after - before) / time.Duration(connections)
	return s, errors.Join(errors.Join(failures...), err)
}

// hugeUpload sends one large file to a node of its own, and looks at its memory.
func (b *bench) hugeUpload(ctx context.Context, a *arena) (err error) {
	b.progress("one upload of %s", megabytes(b.sizes.hugeUpload))
	lectern, err := b.startLectern(ctx, a, "huge-upload")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lectern.Stop()) }()
	u := uploader{nameLectern, lectern, a.storage(), b.putTo(a)}
	if _, err := u.slice(ctx, 1, randomBlock(), b.sizes.hugeUpload); err != nil {
		return err
	}
	_, peak, err := lectern.Memory()
	if err != nil {
		return err
	}
	b.report.bar(peak <= barMemory, "memory of Lectern while %s come: %s (at most %s)",
		megabytes(b.sizes.hugeUpload), megabytes(peak), megabytes(barMemory))
	return nil
}
