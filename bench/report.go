package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A report is what the benchmark prints: sections of tables, and of bars that are
// passed or missed.
type report struct {
	out      io.Writer
	markdown bool
}

// section begins a section.
func (r *report) section(format string, args ...any) {
	title := fmt.Sprintf(format, args...)
	if r.markdown {
		r.print("\n### %s\n\n", title)
		return
	}
	r.print("\n%s\n%s\n\n", title, strings.Repeat("=", utf8.RuneCountInString(title)))
}

// note prints a sentence.
func (r *report) note(format string, args ...any) {
	r.print(format+"\n", args...)
	if r.markdown {
		r.print("\n")
	}
}

// bar prints whether a bar is met, and a goal likewise. Speed is reported, never
// asserted: a miss does not fail the benchmark.
func (r *report) bar(met bool, format string, args ...any) {
	verdict := "miss"
	if met {
		verdict = "pass"
	}
	if r.markdown {
		r.print("- **%s** %s\n", verdict, fmt.Sprintf(format, args...))
		return
	}
	r.print("%s  %s\n", verdict, fmt.Sprintf(format, args...))
}

// fact prints what is worth knowing beside bars.
func (r *report) fact(format string, args ...any) {
	if r.markdown {
		r.print("- %s\n", fmt.Sprintf(format, args...))
		return
	}
	r.print("      %s\n", fmt.Sprintf(format, args...))
}

// table prints rows under a head; the first column is text, the others are numbers.
func (r *report) table(head []string, rows [][]string) {
	widths := make([]int, len(head))
	all := append([][]string{head}, rows...)
	for _, row := range all {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for i, row := range all {
		r.row(row, widths)
		if i == 0 && r.markdown {
			r.print("|%s\n", strings.Repeat("---|", 1)+strings.Repeat("--:|", len(head)-1))
		}
	}
	r.print("\n")
}

func (r *report) row(cells []string, widths []int) {
	padded := make([]string, len(cells))
	for i, cell := range cells {
		space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		if i == 0 {
			padded[i] = cell + space
		} else {
			padded[i] = space + cell
		}
	}
	if r.markdown {
		r.print("| %s |\n", strings.Join(padded, " | "))
		return
	}
	r.print("%s\n", strings.TrimRight(strings.Join(padded, "   "), " "))
}

func (r *report) print(format string, args ...any) {
	_, _ = fmt.Fprintf(r.out, format, args...) // a report that nobody can read harms nobody
}

// scores prints what each contestant did in each trial.
func (r *report) scores(trials []trial, contestants []contestant) error {
	head := []string{"contestant", "connections", "requests/s", "p50", "p99", "CPU/request"}
	var rows [][]string
	for _, t := range trials {
		for _, c := range contestants {
			s := t.score(c.name)
			rows = append(rows, []string{
				c.name, strconv.Itoa(t.connections), fmt.Sprintf("%.0f", s.perSecond),
				milliseconds(s.p50), milliseconds(s.p99), fmt.Sprintf("%d µs", s.cpu.Microseconds()),
			})
		}
	}
	r.table(head, rows)
	rows = nil
	for _, c := range contestants {
		now, peak, err := c.process.Memory()
		if err != nil {
			return err
		}
		rows = append(rows, []string{c.name, megabytes(now), megabytes(peak)})
	}
	r.table([]string{"contestant", "memory", "memory at most"}, rows)
	return nil
}

func milliseconds(d time.Duration) string {
	if d < 10*time.Millisecond {
		return fmt.Sprintf("%.2f ms", d.Seconds()*1000)
	}
	return fmt.Sprintf("%.0f ms", d.Seconds()*1000)
}

func megabytes(n int64) string { return fmt.Sprintf("%d MB", n>>20) }

// thousands writes a number as people read it: 1,000,000.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
