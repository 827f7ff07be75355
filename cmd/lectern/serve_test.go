package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// A server on a library without an admin says how to make one; what it says works, and then
// it says it no more.
func TestServe_SaysHowToBegin(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	data := "--data=" + folder + "/it's new"
	env := []string{asProgram + "=1", "LECTERN_LISTEN=127.0.0.1:0"}
	term := terminal{t, folder, env}
	serve := shellQuote(os.Args[0]) + " serve " + shellQuote(data) + " --log-level=error\n"

	server := term.start(serve)
	server.until(regexp.MustCompile(`^API documentation: http://`))
	said := server.printed.String()
	commands := regexp.MustCompile(`(?m)^  (.*)$`).FindAllStringSubmatch(said, -1)
	if len(commands) != 2 {
		t.Fatalf("it says %s", said)
	}
	for i, want := range []string{"Created user 1 (Ada Byron).\n", `{"access_token":"`} {
		if printed, complaints, err := term.paste(commands[i][1] + "\n"); err != nil || !strings.HasPrefix(printed, want) {
			t.Errorf("%s\n%v: %s%s", commands[i][1], err, printed, complaints)
		}
	}
	server.interrupt()

	server = term.start(serve)
	server.until(regexp.MustCompile(`^Listening on `))
	if rest := server.interrupt(); rest != "" {
		t.Errorf("with an admin, it says %q", rest)
	}
}

func TestShellQuote(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "plain-1_2.db:/@=+,", "a b", "it's", `"$(id)" \ !`, "ä\n*"} {
		printed, _, err := terminal{t, t.TempDir(), nil}.paste("printf %s " + shellQuote(text) + "\n")
		if err != nil || printed != text {
			t.Errorf("%q is read as %q, %v", text, printed, err)
		}
	}
	if got := shellQuote("sqlite:/srv/lectern.db"); got != "sqlite:/srv/lectern.db" {
		t.Errorf("what is plain becomes %s", got)
	}
}
