// Command mutants finds out whether the tests notice a wrong decision: it changes each
// decision of who may do what in a small way, one at a time, and runs the tests that are to
// fail then. A change that no test notices survives, and this command fails unless the file
// survivors.txt gives the reason.
//
// All changes are compiled into one test program, which the environment tells which of them
// to make: so a thousand mutants take a minute.
package main

import (
	"bufio"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

// mutant is one small change.
type mutant struct {
	file    string
	line    int
	where   string // the function or the query
	what    string // is changed
	becomes string
}

// key names a mutant as long as what it changes stays the same.
func (m mutant) key() string {
	return fmt.Sprintf("%s, %s: %.100s → %s", m.file, m.where, m.what, m.becomes)
}

//go:embed survivors.txt
var survivorsText string

func main() {
	parallel := flag.Int("p", runtime.GOMAXPROCS(0), "how many tests run at once")
	verbose := flag.Bool("v", false, "name every mutant")
	flag.Parse()
	if err := run(os.Stdout, *parallel, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, parallel int, verbose bool) error {
	known, err := readSurvivors(survivorsText)
	if err != nil {
		return err
	}
	var failures []error
	seen := map[string]bool{}
	for _, t := range targets() {
		survivors, err := t.run(out, parallel, verbose)
		if err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		for _, m := range survivors {
			seen[m.key()] = true
			if _, ok := known[m.key()]; !ok {
				failures = append(failures, fmt.Errorf("%s:%d: no test notices\n\t%s", m.file, m.line, m.key()))
			}
		}
	}
	for key := range known {
		if !seen[key] {
			failures = append(failures, fmt.Errorf("survivors.txt lists what a test notices:\n\t%s", key))
		}
	}
	return errors.Join(failures...)
}

// readSurvivors reads which mutants may survive: on each line one, and its reason after #.
func readSurvivors(text string) (map[string]string, error) {
	known := map[string]string{}
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, reason, found := strings.Cut(line, " # ")
		if !found {
			return nil, fmt.Errorf("survivors.txt gives no reason for %s", line)
		}
		known[strings.TrimSpace(key)] = reason
	}
	return known, nil
}
