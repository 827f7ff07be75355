package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/lectern-media/lectern/bench/internal/dataset"
	"github.com/lectern-media/lectern/bench/internal/rivals"
)

// nameBefore is the other commit's program in the report.
const nameBefore = "before"

// barAgainst is how fast reading must be, at least, compared with the other commit.
const barAgainst = 0.95

// askedInComparison is how many people a comparison asks as. Each has a token that the
// other commit's command line creates, one at a time.
const askedInComparison = 40

// against compares this commit's program with the one of another commit, in one run:
// both serve a copy of one library that the older program has seeded, and take turns.
// Everything goes through the command line and the API, because the packages of the
// other commit are not those that the benchmark is built with.
func (b *bench) against(ctx context.Context, ref string, kinds []string) error {
	if err := b.build(ctx); err != nil {
		return err
	}
	before, commit, err := b.buildCommit(ctx, ref)
	if err != nil {
		return err
	}
	b.report.section("Against %s", commit)
	b.report.note("%s", machine())
	for _, kind := range kinds {
		if err := b.againstOn(ctx, before, kind); err != nil {
			return fmt.Errorf("on %s: %w", kind, err)
		}
	}
	return nil
}

// buildCommit builds the program of another commit, and returns its path and the full
// name of the commit.
func (b *bench) buildCommit(ctx context.Context, ref string) (program, commit string, err error) {
	git := func(args ...string) *exec.Cmd {
		cmd := exec.CommandContext(ctx, "git", args...)
		cmd.Dir, cmd.Stderr = b.workshop.Source, os.Stderr
		return cmd
	}
	name, err := git("rev-parse", "--verify", ref+"^{commit}").Output()
	if err != nil {
		return "", "", fmt.Errorf("-against: find commit %q in the git history of %s: %w", ref, b.workshop.Source, err)
	}
	commit = strings.TrimSpace(string(name))
	b.progress("building lectern of %s", commit)
	folder := filepath.Join(b.folder, "before")
	if err := os.Mkdir(folder, 0o700); err != nil {
		return "", "", err
	}
	archive := filepath.Join(b.folder, "before.tar")
	if err := git("archive", "--output", archive, commit).Run(); err != nil {
		return "", "", fmt.Errorf("-against: export commit %s: %w", commit, err)
	}
	if err := exec.CommandContext(ctx, "tar", "-x", "-f", archive, "-C", folder).Run(); err != nil {
		return "", "", fmt.Errorf("-against: unpack commit %s: %w", commit, err)
	}
	program = filepath.Join(b.folder, "lectern-before")
	return program, commit, buildLectern(ctx, folder, program)
}

// buildLectern builds the program in a folder of sources, as its users build it.
func buildLectern(ctx context.Context, source, program string) error {
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/lectern")
	build.Dir, build.Stdout, build.Stderr = source, os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build lectern in %s: %w", source, err)
	}
	return nil
}

// againstOn compares the two programs on one kind of database.
func (b *bench) againstOn(ctx context.Context, before, kind string) (err error) {
	original, tokens, err := b.seedBy(ctx, before, kind)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, original.Drop()) }()
	copied, err := b.workshop.Copy(ctx, kind, original)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, copied.Drop()) }()

	var contestants []contestant
	defer func() { err = errors.Join(err, stop(contestants)) }()
	for _, one := range []struct{ name, program, database string }{
		{nameBefore, before, original.URL}, {nameLectern, b.lectern, copied.URL},
	} {
		data := filepath.Join(b.folder, "against-"+kind+"-"+one.name)
		process, err := rivals.StartLectern(ctx, one.program, one.database, data)
		if err != nil {
			return err
		}
		contestants = append(contestants, contestant{name: one.name, process: process})
	}
	// By now this commit's program has migrated its copy.
	for _, d := range []dataset.Database{original, copied} {
		if err := b.workshop.Settle(ctx, kind, d); err != nil {
			return fmt.Errorf("settle the database: %w", err)
		}
	}
	comparisons, err := b.compare(ctx, contestants, tokens)
	if err != nil {
		return err
	}
	return b.reportAgainst(kind, comparisons)
}

// seedBy has a program seed a library and create tokens of its people.
func (b *bench) seedBy(ctx context.Context, program, kind string) (d dataset.Database, tokens []string, err error) {
	if d, err = b.workshop.Blank(ctx, kind); err != nil {
		return d, nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Drop())
		}
	}()
	data := filepath.Join(b.folder, "against-seed-"+kind)
	run := func(args ...string) ([]byte, error) {
		cmd := exec.CommandContext(ctx, program, append(args, "--database", d.URL, "--data", data)...)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("lectern %s: %w", strings.Join(args, " "), err)
		}
		return out, nil
	}
	plan := b.sizes.small
	b.progress("seeding %d people and %d media items on %s", plan.Users, plan.Media, kind)
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	if _, err := run("seed", "--users", number(plan.Users), "--groups", number(plan.Groups),
		"--collections", number(plan.Collections), "--media", number(plan.Media), "--courses", number(plan.Courses)); err != nil {
		return d, nil, err
	}
	b.progress("creating %d tokens", askedInComparison)
	// Person 1 of a seed is its admin.
	for id := range min(askedInComparison, plan.Users) {
		out, err := run("token", "create", "--user", number(id+1))
		if err != nil {
			return d, nil, err
		}
		var token struct {
			Secret string `json:"access_token"`
		}
		if err := json.Unmarshal(out, &token); err != nil {
			return d, nil, fmt.Errorf("read what token create printed: %w", err)
		}
		tokens = append(tokens, token.Secret)
	}
	return d, tokens, nil
}

// A comparison is how one kind of request went at some numbers of connections.
type comparison struct {
	name    string
	reading bool // the bar is for reading; what a change costs is stated
	trials  []trial
}

func (b *bench) compare(ctx context.Context, contestants []contestant, tokens []string) ([]comparison, error) {
	stages := make([]*stage, len(contestants))
	for i, c := range contestants {
		b.progress("preparing %s", c.name)
		var err error
		if stages[i], err = b.prepareStage(ctx, c.process.Addr, tokens); err != nil {
			return nil, fmt.Errorf("%s: %w\n%s", c.name, err, c.process.Output())
		}
	}
	if err := sameStages(stages[0], stages[1]); err != nil {
		return nil, err
	}
	var comparisons []comparison
	for _, kind := range comparedRequests {
		c := comparison{name: kind.name, reading: kind.reading}
		for i := range contestants {
			contestants[i].script = kind.script(stages[i])
		}
		b.progress("%s", kind.name)
		if err := b.warmUp(ctx, contestants, b.slice); err != nil {
			return nil, err
		}
		for _, n := range b.connections {
			t, err := b.contest(ctx, contestants, n, b.slice)
			if err != nil {
				return nil, err
			}
			c.trials = append(c.trials, t)
		}
		comparisons = append(comparisons, c)
	}
	return comparisons, nil
}

// reportAgainst prints what both programs did, and the ratio of this commit's to the
// other's: above 1, this commit is faster.
func (b *bench) reportAgainst(kind string, comparisons []comparison) error {
	b.report.section("%s, %s people, %s media items", kind, thousands(b.sizes.small.Users), thousands(b.sizes.small.Media))
	var rows [][]string
	for _, c := range comparisons {
		for _, t := range c.trials {
			before, now := t.score(nameBefore), t.score(nameLectern)
			rows = append(rows, []string{
				c.name, strconv.Itoa(t.connections),
				fmt.Sprintf("%.0f", before.perSecond), fmt.Sprintf("%.0f", now.perSecond),
				milliseconds(before.p99), milliseconds(now.p99),
				fmt.Sprintf("%.2f", t.lecternTo(nameBefore, perSecond)),
			})
		}
	}
	b.report.table([]string{"request", "connections", "before/s", "now/s", "p99 before", "p99 now", "now / before"}, rows)
	for _, c := range comparisons {
		for _, t := range c.trials {
			r := t.lecternTo(nameBefore, perSecond)
			if c.reading {
				b.report.bar(r >= barAgainst, "%s at %d connections: %.2f of before (at least %g)", c.name, t.connections, r, barAgainst)
			} else {
				b.report.fact("%s at %d connections: %.2f of before", c.name, t.connections, r)
			}
		}
	}
	return nil
}
