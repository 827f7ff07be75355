package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/lectern-media/lectern/bench/internal/load"
	"github.com/lectern-media/lectern/bench/internal/rivals"
	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/content"
	"github.com/lectern-media/lectern/internal/holdings"
)

const (
	nameServeFile    = "http.ServeFile"
	rangeSize        = 1 << 20
	rangeConnections = 8
)

// ranges measures how fast files go out.
func (b *bench) ranges(ctx context.Context, a *arena) (err error) {
	b.report.section("Fetching from a file of %s at %d connections, %s", megabytes(b.sizes.served), rangeConnections, a.database)
	contestants, paths, err := b.startServing(ctx, a)
	defer func() { err = errors.Join(err, stop(contestants)) }()
	if err != nil {
		return err
	}
	var rows [][]string
	var ratios []float64
	names := []string{"1 MB at a random place", "the whole file"}
	for i, size := range []int64{rangeSize, b.sizes.served} {
		for c := range contestants {
			contestants[c].script = rangeScript(paths[c], b.sizes.served, size)
		}
		if err := b.warmUp(ctx, contestants, b.slice); err != nil {
			return err
		}
		t, err := b.contest(ctx, contestants, rangeConnections, b.slice)
		if err != nil {
			return err
		}
		for _, c := range contestants {
			s := t.score(c.name)
			rows = append(rows, []string{
				names[i] + ", " + c.name, fmt.Sprintf("%.0f", s.perSecond*float64(size)/(1<<20)),
				milliseconds(s.p50), milliseconds(s.p99), fmt.Sprintf("%d µs", s.cpu.Microseconds()),
			})
		}
		ratios = append(ratios, t.lecternTo(nameServeFile, perSecond))
	}
	b.report.table([]string{"fetched", "MB/s", "p50", "p99", "CPU/request"}, rows)
	for i, r := range ratios {
		b.report.bar(r >= barRanges, "Lectern / %s, %s: %.2f (at least %g)", nameServeFile, names[i], r, barRanges)
	}
	return nil
}

// rangeScript asks for so many bytes from a random place.
func rangeScript(path string, file, size int64) func(int) load.Script {
	//nolint:unparam // a script may end; this one does not
	script := func(chance *rand.Rand, buf []byte) ([]byte, bool) {
		from := chance.Int64N(file - size + 1)
		if size == file {
			return load.AppendGet(buf, path, ""), true
		}
		return load.AppendRange(buf, path, from, from+size-1), true
	}
	return func(int) load.Script { return script }
}

// startServing gives both servers the same file.
func (b *bench) startServing(ctx context.Context, a *arena) (contestants []contestant, paths []string, err error) {
	bare, folder, err := b.startIn(ctx, rivals.Files)
	if err != nil {
		return nil, nil, err
	}
	contestants = append(contestants, contestant{name: nameServeFile, process: bare})
	lectern, err := b.startLectern(ctx, a, "ranges")
	if err != nil {
		return contestants, nil, err
	}
	contestants = append(contestants, contestant{name: nameLectern, process: lectern})

	const name = "lecture.mp4"
	// The media item is there, as in every seeded library: the files of one that is not are not served.
	key := holdings.Run{Media: 1}.Key("mp4/720p.mp4").String()
	store, err := blob.NewDisk(a.storage())
	if err != nil {
		return contestants, nil, err
	}
	if _, err := store.Put(ctx, key, repeated(b.sizes.served), "video/mp4"); err != nil {
		return contestants, nil, err
	}
	if err := os.Link(filepath.Join(a.storage(), filepath.FromSlash(key)), filepath.Join(folder, name)); err != nil {
		return contestants, nil, err
	}
	signer, err := a.signer(ctx)
	if err != nil {
		return contestants, nil, err
	}
	paths = []string{"/" + name, signer.FileURL(content.File{Key: key}, time.Now().Add(addressLife))}
	return contestants, paths, checkRange(ctx, contestants, paths, b.sizes.served)
}

// repeated is as many bytes as it takes.
func repeated(size int64) io.Reader {
	blocks := make([]io.Reader, 0, size/blockSize+1)
	block := randomBlock()
	for left := size; left > 0; left -= blockSize {
		blocks = append(blocks, bytes.NewReader(block[:min(left, blockSize)]))
	}
	return io.MultiReader(blocks...)
}

// checkRange sees that both answer with the same bytes.
func checkRange(ctx context.Context, contestants []contestant, paths []string, size int64) error {
	var first string
	for i, c := range contestants {
		conn, err := load.Dial(ctx, c.process.Addr)
		if err != nil {
			return err
		}
		body, err := conn.Fetch(load.AppendRange(nil, paths[i], size-rangeSize-1, size-2))
		if err != nil {
			return errors.Join(err, conn.Close())
		}
		if len(body) != rangeSize || i > 0 && string(body) != first {
			return fmt.Errorf("%s answered with %s other bytes", c.name, strconv.Itoa(len(body)))
		}
		first = string(body)
		if err := conn.Close(); err != nil {
			return err
		}
	}
	return nil
}
