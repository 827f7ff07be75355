package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/lectern-media/lectern/bench/internal/dataset"
	"github.com/lectern-media/lectern/bench/internal/rivals"
	"github.com/lectern-media/lectern/internal/seed"
)

// bench is one run of the benchmark.
type bench struct {
	sizes       sizes
	connections []int // the numbers of them that are tried
	slice       time.Duration
	rounds      int
	writes      int // a second
	report      report

	workshop *dataset.Workshop
	folder   string // gone when the run is
	lectern  string // the program
	profile  string // the folder for profiles; empty for none

	// ratios remembers the small library's ratios of Lectern to the floor, by database
	// and connections, for the large one to be compared with.
	ratios map[string]float64
}

// sizes are how large the libraries are and how much is asked.
type sizes struct {
	small, large seed.Plan
	active       int // people of the large library who are asked about
	strangers    int // people who are asked about once, in each round
	members      int // of the group that a collection is shared with
	collection   int // media in that collection

	grantees, granteeGroups int // that one media is shared with

	upload, hugeUpload int64 // bytes of a file that is sent, and of the one by which memory is judged
	served             int64 // bytes of a file that is fetched
	lecture            int   // seconds of one that is encoded
	copied             int64 // bytes, at the least, of one that plays as it is

	fair int // how often one person does all while another attacks
}

// fullSizes are those that the bars and goals are about.
var fullSizes = sizes{
	small:  seed.Plan{Users: 1_000, Groups: 200, Collections: 5_000, Media: 100_000, Courses: 100},
	large:  seed.Plan{Users: 100_000, Groups: 20_000, Collections: 50_000, Media: 1_000_000, Courses: 2_000, WideReach: 50_000},
	active: 2_000, strangers: 1_000, members: 5_000, collection: 500, grantees: 200, granteeGroups: 50,
	upload: 64 << 20, hugeUpload: 1 << 30, served: 256 << 20, lecture: 60, copied: 400 << 20,
	fair: 25,
}

// tinySizes are enough to see that everything runs.
var tinySizes = sizes{
	small:  seed.Plan{Users: 40, Groups: 8, Collections: 40, Media: 800, Courses: 4},
	large:  seed.Plan{Users: 200, Groups: 40, Collections: 100, Media: 2_000, Courses: 10, WideReach: 1_000},
	active: 50, strangers: 5, members: 20, collection: 30, grantees: 20, granteeGroups: 5,
	upload: 1 << 20, hugeUpload: 16 << 20, served: 8 << 20, lecture: 2, copied: 1,
	fair: 1,
}

// A section is a part of the benchmark that can be run by itself, on one database.
type section struct {
	name  string
	about subject
	run   func(*bench, context.Context, *arena) error
}

// A subject is the library that a section is about.
type subject int

const (
	small subject = iota
	large
	files  // a library of hardly anything, on SQLite only: what is measured is files
	ranges // the same on both databases: what is measured asks them too
)

// sections are all there are. Those that only read come first; what the others change
// does not matter to those that follow.
var sections = []section{
	{"small", small, (*bench).small},
	{"one", small, (*bench).one},
	{"writes", small, (*bench).underWrites},
	{"large", large, (*bench).large},
	{"cold", large, (*bench).cold},
	{"wide", large, (*bench).wide},
	{"share", large, (*bench).share},
	{"search", large, (*bench).search},
	{"roles", large, (*bench).roles},
	{"media", large, (*bench).searchMedia},
	{"collection", large, (*bench).collectionMedia},
	{"permissions", large, (*bench).permissions},
	{"users", large, (*bench).usersOfMedia},
	{"upload", files, (*bench).upload},
	{"ranges", ranges, (*bench).ranges},
	{"fair", ranges, (*bench).fair},
	{"finish", files, (*bench).finish},
}

func sectionNames() []string {
	names := make([]string, len(sections))
	for i, s := range sections {
		names[i] = s.name
	}
	return names
}

// run runs the sections that were chosen on each of the databases.
func (b *bench) run(ctx context.Context, databases []string, chosen []section) error {
	if err := b.build(ctx); err != nil {
		return err
	}
	b.report.section("The machine")
	b.report.note("%s", machine())
	for _, about := range []subject{small, large, ranges} {
		for _, database := range databases {
			if err := b.runOn(ctx, database, about, chosen); err != nil {
				return fmt.Errorf("on %s: %w", database, err)
			}
		}
	}
	return b.runOn(ctx, dataset.SQLite, files, chosen)
}

func (b *bench) runOn(ctx context.Context, database string, about subject, chosen []section) (err error) {
	var mine []section
	for _, s := range chosen {
		if s.about == about {
			mine = append(mine, s)
		}
	}
	if len(mine) == 0 {
		return nil
	}
	a, err := b.openArena(ctx, database, about)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.library.Close()) }()
	for _, s := range mine {
		b.progress("%s on %s", s.name, a)
		if err := s.run(b, ctx, a); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// build builds the program that is measured, as its users build it.
func (b *bench) build(ctx context.Context) error {
	b.progress("building lectern")
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/lectern-media/lectern").Output()
	if err != nil {
		return fmt.Errorf("find the module of Lectern from here (run the benchmark in bench/): %w", err)
	}
	b.workshop.Source = strings.TrimSpace(string(out))
	b.lectern = filepath.Join(b.folder, "lectern")
	return buildLectern(ctx, b.workshop.Source, b.lectern)
}

// startLectern starts a node on the arena's library.
func (b *bench) startLectern(ctx context.Context, a *arena, section string) (*rivals.Process, error) {
	if b.profile != "" {
		file := filepath.Join(b.profile, section+"-"+a.database+".pprof")
		return rivals.Start(ctx, rivals.Profiled, a.library.URL, a.data, file)
	}
	return rivals.StartLectern(ctx, b.lectern, a.library.URL, a.data)
}

// progress tells who waits what is going on.
func (b *bench) progress(format string, args ...any) {
	_, _ = fmt.Fprintf(b.workshop.Progress, "· "+format+"\n", args...)
}

// machine says on what the numbers were had.
func machine() string {
	var memory int64
	if info, err := os.ReadFile("/proc/meminfo"); err == nil {
		_, _ = fmt.Sscanf(string(info), "MemTotal: %d kB", &memory)
	}
	return fmt.Sprintf("%d cores, %d GB of memory, %s on %s/%s; driver, servers and database share it.",
		runtime.NumCPU(), (memory+1<<19)>>20, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
