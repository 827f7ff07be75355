package main

import (
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{}, {"--help"}, {"-h"}} {
		help := lectern(t, args...).ok(t).stdout
		for _, want := range []string{"demo", "serve", "load", "user create", "token revoke", "caption-service create", "seed", "Exit codes: 0 done"} {
			if !strings.Contains(help, want) {
				t.Errorf("lectern %v says nothing of %q", args, want)
			}
		}
	}
}

// Every command says what it does with examples, and those that print can print JSON.
func TestHelp_EveryCommand(t *testing.T) {
	parser, err := kong.New(&cli{}, kong.NoDefaultHelp(), defaults())
	if err != nil {
		t.Fatal(err)
	}
	alwaysJSON := map[string]bool{"load": true, "token create": true}
	for _, command := range parser.Model.Leaves(false) {
		name := strings.TrimPrefix(command.FullPath(), parser.Model.Name+" ")
		t.Run(name, func(t *testing.T) {
			help := lectern(t, append(strings.Fields(name), "--help")...).ok(t).stdout
			if !strings.Contains(help, "Examples:\n\n    lectern "+name) && !strings.Contains(help, "\n    lectern "+name) {
				t.Errorf("the help has no example:\n%s", help)
			}
			if printsJSON := strings.Contains(help, "--json "); printsJSON == alwaysJSON[name] {
				t.Errorf("--json is in the help: %v", printsJSON)
			}
		})
	}
}

func TestVersion(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"--version"}} {
		if got := lectern(t, args...).ok(t).stdout; !strings.HasPrefix(got, "lectern ") {
			t.Errorf("lectern %v prints %q", args, got)
		}
	}
	var version struct{ Version, Go, Platform string }
	lectern(t, "version", "--json").ok(t).json(t, &version)
	if version.Version == "" || version.Go == "" || version.Platform == "" {
		t.Errorf("printed %+v", version)
	}
}

func TestUsageMistakes(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"fly", "lectern: unexpected argument fly"},
		{"serve --loud", "lectern: unknown flag --loud"},
		{"serve --listen 8080", `lectern: listen: invalid address "8080"; expected HOST:PORT, for example 127.0.0.1:8080`},
		{"serve --read-timeout soon", `lectern: --read-timeout: expected duration but got "soon": time: invalid duration "soon"`},
		{"serve --database mysql://u:p@h", "lectern: database: must be sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME"},
		{"serve --redirect-files", "lectern: redirect-files: the storage is a folder, which does not support redirects; use s3://BUCKET"},
		{"serve --frame-ancestors self", "lectern: frame-ancestors: self without quotes is a host of that name: write 'self'"},
		{"user create", "lectern: missing flags: --name=NAME"},
		{"user deactivate", "lectern: user deactivate: give one person, by id or e-mail"},
		{"user delete 7 --user 8", "lectern: user delete: give one person, by id or e-mail"},
		{"user delete 7 --new-owner 8 --with-media", "lectern: --new-owner and --with-media can't be used together"},
		{"token revoke", "lectern: token revoke: give either a token, or a person with --user to revoke all of their tokens"},
		{"seed --users many", `lectern: --users: expected a valid 64 bit int but got "many"`},
		{"load", `lectern: expected "<file>"`},
	} {
		t.Run(c.args, func(t *testing.T) {
			lectern(t, strings.Fields(c.args)...).is(t, exitUsage, c.want)
		})
	}
}

func TestFailures(t *testing.T) {
	nowhere := t.TempDir()
	for args, want := range map[string]string{
		"user list --data " + nowhere:                "lectern: there is no library at " + nowhere + "/lectern.db",
		"load " + nowhere + "/school.json":           "lectern: open " + nowhere + "/school.json: no such file or directory",
		"demo --fixture " + nowhere + "/school.json": "lectern: open " + nowhere + "/school.json: no such file or directory",
	} {
		t.Run(args, func(t *testing.T) {
			lectern(t, strings.Fields(args)...).is(t, exitFailed, want)
		})
	}
}
