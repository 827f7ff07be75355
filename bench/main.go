// Command bench compares Lectern with the alternatives: a bare net/http handler, the minimum
// that any program does to read a page and its total from this database, and PocketBase with the
// same data. docs/performance.md describes the measurements and has the numbers.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/lectern-media/lectern/bench/internal/dataset"
	"github.com/lectern-media/lectern/bench/internal/rivals"
	"github.com/lectern-media/lectern/internal/testkit"
)

func main() {
	if err := serveOrRun(os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// serveOrRun runs the benchmark, which starts this program again for each contestant
// that is its own.
func serveOrRun(args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(args) > 1 && args[0] == rivals.Argument {
		return rivals.Serve(ctx, args[1], args[2:]...)
	}
	return run(ctx, args)
}

func run(ctx context.Context, args []string) (err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	var (
		only      = flags.String("only", strings.Join(sectionNames(), ","), "the `sections` to run")
		databases = flags.String("database", dataset.SQLite+","+dataset.Postgres, "the `databases` to run on")
		server    = flags.String("postgres", os.Getenv("LECTERN_TEST_POSTGRES"),
			"the `URL` of a PostgreSQL whose role may create databases; without it one is started for the time being")
		cache = flags.String("cache", "", "a `folder` where seeded libraries stay for the next run; on a PostgreSQL that is "+
			"given they always stay")
		counts   = flags.String("connections", "1,8,64", "the `numbers` of connections to try")
		slice    = flags.Duration("slice", time.Second, "how long a contestant is asked in one turn")
		rounds   = flags.Int("rounds", 9, "how many turns each gets")
		writes   = flags.Int("writes", 50, "shares per second in the section writes")
		against  = flags.String("against", "", "compare this commit's program with that of another `commit`, and measure nothing else")
		tiny     = flags.Bool("tiny", false, "run everything at a tiny size, to see whether it runs at all")
		markdown = flags.Bool("markdown", false, "print tables for docs/performance.md")
		profile  = flags.String("profile", "", "a `folder` for CPU profiles of Lectern, which then runs inside this program")
	)
	if err := flags.Parse(args); err != nil {
		return err
	}
	b := &bench{
		sizes: fullSizes, slice: *slice, rounds: max(1, *rounds), writes: max(1, *writes),
		report: report{out: os.Stdout, markdown: *markdown}, profile: *profile, ratios: map[string]float64{},
	}
	if *tiny {
		b.sizes, b.slice, b.rounds = tinySizes, 100*time.Millisecond, 2
	}
	if *against != "" && isSet(flags, "only") {
		return errors.New("-against measures kinds of requests of its own: leave out -only")
	}
	chosen, err := choose(*only)
	if err != nil {
		return err
	}
	if b.connections, err = numbers(*counts); err != nil {
		return err
	}
	kinds := strings.Split(*databases, ",")
	for _, kind := range kinds {
		if kind != dataset.SQLite && kind != dataset.Postgres {
			return fmt.Errorf("-database: %q is neither %s nor %s", kind, dataset.SQLite, dataset.Postgres)
		}
	}
	b.workshop = &dataset.Workshop{Folder: *cache, Postgres: *server, Progress: os.Stderr}
	if slices.Contains(kinds, dataset.Postgres) && *server == "" {
		if b.workshop.Postgres, err = testkit.PostgresServer(); err != nil {
			return fmt.Errorf("%w\nor run on SQLite only: -database sqlite", err)
		}
	}
	if b.folder, err = os.MkdirTemp("", "lectern-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.folder)) }()
	if *cache == "" {
		b.workshop.Folder = b.folder
	} else if err := os.MkdirAll(*cache, 0o700); err != nil {
		return err
	}
	if *against != "" {
		return b.against(ctx, *against, kinds)
	}
	return b.run(ctx, kinds, chosen)
}

// isSet reports whether a flag was given.
func isSet(flags *flag.FlagSet, name string) bool {
	found := false
	flags.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

// numbers reads numbers of connections.
func numbers(list string) ([]int, error) {
	var counts []int
	for text := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("-connections: %q is no number of connections", text)
		}
		counts = append(counts, n)
	}
	return counts, nil
}

// choose finds the sections of these names.
func choose(names string) ([]section, error) {
	var chosen []section
	for name := range strings.SplitSeq(names, ",") {
		i := slices.IndexFunc(sections, func(s section) bool { return s.name == name })
		if i < 0 {
			return nil, fmt.Errorf("-only: unknown section %q; use %s", name, strings.Join(sectionNames(), ", "))
		}
		chosen = append(chosen, sections[i])
	}
	return chosen, nil
}
