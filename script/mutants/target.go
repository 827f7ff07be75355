package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"
)

// target is code whose mutants the tests of one package are to notice.
type target struct {
	name   string
	tests  string // the package of the tests
	only   string // which of them, as go test -run takes it
	mutate func(add func(mutant) int) (map[string]string, error)
}

// testTimeout bounds the tests of one mutant, which may never end.
const testTimeout = time.Minute

// targets are all code that is mutated.
func targets() []target {
	return []target{
		{
			name: "library", tests: "./internal/library", only: "^Test(May|MediaAccess|CollectionAccess|Access|Permission|Actor|Answers)",
			mutate: mutateLibrary,
		},
		{name: "queries", tests: "./internal/store", only: "^TestAccess_", mutate: mutateAccess},
	}
}

// mutateAccess mutates the statements that find out what decides.
func mutateAccess(add func(mutant) int) (map[string]string, error) {
	const dir = "internal/store/dbq"
	changed := map[string]string{filepath.Join(dir, "mutants.go"): fmt.Sprintf(supportSQL, "dbq")}
	for name, query := range map[string]string{"media.sql.go": "seenMedia", "collections.sql.go": "seenCollections"} {
		path := filepath.Join(dir, name)
		text, err := mutateQueries(path, []string{query}, add)
		if err != nil {
			return nil, err
		}
		changed[path] = text
	}
	return changed, nil
}

// mutateLibrary mutates who may do what, given the facts.
func mutateLibrary(add func(mutant) int) (map[string]string, error) {
	booleans := []string{
		"admins:true", "inReach:true", "self:true", "level:Access", "member:Member", "services:true", "people:true", "sharers:true",
		"tied:true", "tiedGroup:true", "downloads:true", "enrolled:true", "withTicket:true",
	}
	const dir = "internal/library"
	changed := map[string]string{filepath.Join(dir, "mutants.go"): fmt.Sprintf(supportGo, "library")}
	for _, name := range []string{"may.go", "permission.go"} {
		path := filepath.Join(dir, name)
		text, err := mutateGo(path, map[string][]string{"rule": booleans}, add)
		if err != nil {
			return nil, err
		}
		changed[path] = text
	}
	return changed, nil
}

// run returns the mutants that survive.
func (t target) run(out io.Writer, parallel int, verbose bool) (survivors []mutant, err error) {
	mutants := []mutant{{}} // the number 0 is none
	changed, err := t.mutate(func(m mutant) int {
		mutants = append(mutants, m)
		return len(mutants) - 1
	})
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "lectern-mutants-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program, err := t.build(dir, changed)
	if err != nil {
		return nil, err
	}
	if killed, said := t.kill(program, 0); killed {
		return nil, fmt.Errorf("the tests fail without any mutant:\n%s", said)
	}
	for _, n := range t.survivors(program, len(mutants), parallel) {
		survivors = append(survivors, mutants[n])
	}
	if verbose {
		for n, m := range mutants[1:] {
			_, _ = fmt.Fprintf(out, "%4d %s:%d %s\n", n+1, m.file, m.line, m.key())
		}
	}
	_, _ = fmt.Fprintf(out, "mutants of %s: %d, of which the tests notice %d\n", t.name, len(mutants)-1, len(mutants)-1-len(survivors))
	return survivors, nil
}

// build makes the test program with the changed files instead of those in the repository.
func (t target) build(dir string, changed map[string]string) (program string, err error) {
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	n := 0
	for path, text := range changed {
		n++
		copied := filepath.Join(dir, strconv.Itoa(n)+".go")
		if err := os.WriteFile(copied, []byte(text), 0o600); err != nil {
			return "", err
		}
		absolute, err := filepath.Abs(path)
		if err != nil {
			return "", err
		}
		overlay.Replace[absolute] = copied
	}
	list, err := json.Marshal(overlay)
	if err != nil {
		return "", err
	}
	described := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(described, list, 0o600); err != nil {
		return "", err
	}
	program = filepath.Join(dir, "mutants.test")
	build := exec.CommandContext(context.Background(), "go", "test", "-c", "-overlay", described, "-vet=off", "-o", program, t.tests)
	if said, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, said)
	}
	return program, nil
}

// survivors runs the tests for each mutant and returns the numbers of those that they miss.
func (t target) survivors(program string, count, parallel int) (missed []int) {
	var mu sync.Mutex
	var all sync.WaitGroup
	next := make(chan int)
	for range parallel {
		all.Go(func() {
			for n := range next {
				if killed, _ := t.kill(program, n); !killed {
					mu.Lock()
					missed = append(missed, n)
					mu.Unlock()
				}
			}
		})
	}
	for n := 1; n < count; n++ {
		next <- n
	}
	close(next)
	all.Wait()
	slices.Sort(missed)
	return missed
}

// kill says whether the tests notice a mutant, and what they said.
func (t target) kill(program string, n int) (killed bool, said string) {
	ctx, cancel := context.WithTimeout(context.Background(), testTimeout)
	defer cancel()
	test := exec.CommandContext(ctx, program, "-test.run", t.only, "-test.failfast")
	test.Dir = t.tests
	test.Env = append(os.Environ(), "LECTERN_MUTANT="+strconv.Itoa(n), "LECTERN_TEST_QUICK=1")
	out, err := test.CombinedOutput()
	var failed *exec.ExitError
	return errors.As(err, &failed), string(out)
}
