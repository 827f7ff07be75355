// Command gen writes the pages of the documentation that follow from the program: the life
// cycle of a media item, docs/life.md.
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/lectern-media/lectern/internal/library"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gen FILE")
		os.Exit(2)
	}
	if err := os.WriteFile(os.Args[1], []byte(lifePage()), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// lifePage is the page about the life cycle.
func lifePage() string {
	var b strings.Builder
	b.WriteString(`<!-- Generated from internal/library/life.go by docs/gen. Do not edit: run make generate. -->

# The life cycle of a media item

One column holds the state of a media item. An event changes it, by one table of transitions: what
the table does not list does not happen. The transcoding status that the API shows, and the stage
of the processing, follow from the state ([decision 16](decisions/0016-life-cycle.md)).

` + "```mermaid\nstateDiagram-v2\n")
	for _, t := range library.LifeCycle() {
		from := string(t.From)
		if from == "" {
			from = "[*]"
		}
		fmt.Fprintf(&b, "    %s --> %s: %s\n", from, t.To, t.Event)
	}
	b.WriteString("```\n\n| state | transcoding status | stage |\n|---|---|---|\n")
	for _, s := range library.States() {
		fmt.Fprintf(&b, "| `%s` | `%s` | `%s` |\n", s, s.Status(), s.Stage())
	}
	return b.String()
}
