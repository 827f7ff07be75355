package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

func printLine(w *world, line string) error {
	_, err := fmt.Fprintln(w.stdout, line)
	return err
}

// printTable prints rows of cells, the columns under each other.
func printTable(to io.Writer, rows [][]string) error {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		if _, err := io.WriteString(table, strings.Join(row, "\t")+"\n"); err != nil {
			return err
		}
	}
	return table.Flush()
}

// complain says something on standard error, where nobody is left to be told if that
// fails.
func (w *world) complain(format string, args ...any) {
	_, _ = fmt.Fprintf(w.stderr, format+"\n", args...)
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
