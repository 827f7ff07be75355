package main

import (
	"io"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit/prose"
)

// The help of each command, as it is printed, has none of the phrases that people have to read
// twice. The commands come from the parser, so that a new one is read too.
func TestHelp_IsInPlainWords(t *testing.T) {
	t.Parallel()
	phrases, err := prose.Phrases()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{ctx: t.Context(), stdout: io.Discard, stderr: io.Discard, origins: map[string]string{}}
	parser, err := newParser(w, nil)
	if err != nil {
		t.Fatal(err)
	}
	commands := [][]string{nil}
	for _, leaf := range parser.Model.Leaves(false) {
		path := strings.Fields(leaf.Path())
		commands = append(commands, path)
	}
	if len(commands) < 25 {
		t.Errorf("the parser has %d commands: the test does not see them all", len(commands))
	}
	for _, command := range commands {
		help := lectern(t, append(command, "--help")...).ok(t).stdout
		for _, f := range prose.Find(phrases, help) {
			t.Errorf("lectern %s --help, line %d: %q: write %s",
				strings.Join(command, " "), f.Line+1, f.Excerpt, f.Phrase.Instead)
		}
	}
}
