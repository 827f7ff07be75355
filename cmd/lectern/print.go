package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"
)

// All text that commands print for people goes through this file, which makes it harmless.
// Names, titles and addresses come from untrusted people, and a terminal obeys what it is
// sent. JSON has the exact text, for programs: there [settings.EscapeJSON] writes such characters
// in another way that means the same.

// printLine prints a sentence for people, on one line.
func printLine(w *world, line string) error {
	_, err := io.WriteString(w.stdout, harmless(line)+"\n")
	return err
}

// printJSON prints a line of JSON.
func printJSON(w *world, text []byte) error {
	_, err := w.stdout.Write(append(text, '\n'))
	return err
}

// printTable prints rows of cells for people, the columns under each other.
func printTable(to io.Writer, rows [][]string) error {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = harmless(cell)
		}
		if _, err := io.WriteString(table, strings.Join(cells, "\t")+"\n"); err != nil {
			return err
		}
	}
	return table.Flush()
}

// complain says something on standard error, on one line. If that fails, nobody is left to
// be told.
func (w *world) complain(format string, args ...any) {
	_, _ = io.WriteString(w.stderr, harmless(fmt.Sprintf(format, args...))+"\n")
}

// harmless returns a text with the characters escaped that a terminal obeys instead of
// showing them: control characters (ESC starts commands, a line feed a line that looks like
// another one of Lectern's), line and paragraph separators, and those that change the direction of
// the text around them. What is not UTF-8 becomes U+FFFD.
func harmless(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// oneLine is a text that fits into a cell of a table.
func oneLine(text string) string {
	const longest = 100
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}
