package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// settingsOf runs lectern config and returns the settings by name.
func settingsOf(t *testing.T, env []string, args ...string) map[string]effective {
	t.Helper()
	var printed struct{ Settings []effective }
	lecternWith(t, env, "", append([]string{"config", "--json"}, args...)...).ok(t).json(t, &printed)
	settings := make(map[string]effective, len(printed.Settings))
	for _, s := range printed.Settings {
		settings[s.Name] = s
	}
	return settings
}

func TestSettings_Precedence(t *testing.T) {
	file := writeFile(t, "lectern.yaml", `
# What the file says.
listen: 127.0.0.1:1
log-level: error
log-format: json
stop-timeout: 5s
`)
	env := []string{"LECTERN_CONFIG=" + file, "LECTERN_LISTEN=127.0.0.1:2", "LECTERN_LOG_LEVEL=warn"}
	got := settingsOf(t, env, "--listen=127.0.0.1:3")
	for _, want := range []effective{
		{"listen", "127.0.0.1:3", "command line"},
		{"log-level", "warn", "environment, LECTERN_LOG_LEVEL"},
		{"log-format", "json", "file " + file},
		{"stop-timeout", "5s", "file " + file},
		{"config", file, "environment, LECTERN_CONFIG"},
		{"idle-timeout", "2m0s", "default"},
		{"data", absolute(t, "lectern-data"), "default"},
	} {
		if got[want.Name] != want {
			t.Errorf("%s is %+v, want %+v", want.Name, got[want.Name], want)
		}
	}
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Those whose default depends on others are shown as they are, with where they come from.
func TestSettings_AreShownAsTheyAre(t *testing.T) {
	data := absolute(t, "lectern-data")
	for args, want := range map[string][3]effective{ // the database, the storage, the public URL
		"": {
			{"database", "sqlite:" + data + "/lectern.db", "default"},
			{"storage", data + "/files", "default"},
			{"public-url", "http://127.0.0.1:8080", "default"},
		},
		"--data=/srv/lectern --listen=:80": {
			{"database", "sqlite:/srv/lectern/lectern.db", "default"},
			{"storage", "/srv/lectern/files", "default"},
			{"public-url", "http://127.0.0.1:80", "default"},
		},
		"--database=sqlite:x.db --storage=files --public-url=https://media.school.test": {
			{"database", "sqlite:" + absolute(t, "x.db"), "command line"},
			{"storage", absolute(t, "files"), "command line"},
			{"public-url", "https://media.school.test", "command line"},
		},
		"--database=postgres://u:secret@h/d --storage=s3://b?endpoint=https://h --listen=127.0.0.1:0": {
			{"database", "postgres://u:xxxxx@h/d", "command line"},
			{"storage", "s3://b?endpoint=https://h", "command line"},
			{"public-url", "the address that it listens on", "default"},
		},
	} {
		got := settingsOf(t, nil, strings.Fields(args)...)
		for _, want := range want {
			if got[want.Name] != want {
				t.Errorf("%s: %s is %+v, want %+v", args, want.Name, got[want.Name], want)
			}
		}
	}
}

func TestSettings_FileOfTheCommandLineCounts(t *testing.T) {
	first := writeFile(t, "first.json", `{"listen": "127.0.0.1:1"}`)
	second := writeFile(t, "second.json", `{"listen": "127.0.0.1:2"}`)
	got := settingsOf(t, []string{"LECTERN_CONFIG=" + first}, "--config", second)
	if want := (effective{"listen", "127.0.0.1:2", "file " + second}); got["listen"] != want {
		t.Errorf("listen is %+v, want %+v", got["listen"], want)
	}
}

func TestSettings_EmptyFile(t *testing.T) {
	file := writeFile(t, "empty.yaml", "# nothing\n")
	if got := settingsOf(t, nil, "--config", file); got["listen"].Origin != "default" {
		t.Errorf("listen is %+v", got["listen"])
	}
}

func TestSettings_PasswordsAreHidden(t *testing.T) {
	url := "LECTERN_DATABASE=postgres://lectern:secret@db/lectern"
	if got := settingsOf(t, []string{url})["database"]; got.Value != "postgres://lectern:xxxxx@db/lectern" {
		t.Errorf("database is shown as %s", got.Value)
	}
	text := lecternWith(t, []string{url}, "", "config").ok(t).stdout
	if strings.Contains(text, "secret") || !strings.Contains(text, "environment, LECTERN_DATABASE") {
		t.Errorf("printed %s", text)
	}
	wrong := lecternWith(t, []string{"LECTERN_DATABASE=mysql://lectern:secret@db"}, "", "serve")
	if wrong.code != exitUsage || strings.Contains(wrong.stderr, "secret") {
		t.Errorf("exit code %d: %s", wrong.code, wrong.stderr)
	}
}

// The file of a server is good for every command that works on its library.
func TestSettings_OneFileForAllCommands(t *testing.T) {
	file := writeFile(t, "lectern.yaml", "data: "+t.TempDir()+"\nlisten: 127.0.0.1:0\npublic-url: https://media.school.test\n")
	lectern(t, "user", "create", "--name=Ada", "--config", file).ok(t)
	if list := lectern(t, "user", "list", "--config", file).ok(t).stdout; !strings.Contains(list, "Ada") {
		t.Errorf("listed %s", list)
	}
}

func TestSettings_Mistakes(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"unknown":       {"lisen: 127.0.0.1:1", `line 1: unknown setting "lisen"; use data, database, `},
		"no mapping":    {"- listen", `expected settings like "listen: 127.0.0.1:8080"`},
		"no YAML":       {"listen: [", `expected settings like "listen: 127.0.0.1:8080"`},
		"twice":         {"listen: a\nlisten: b", `expected settings like "listen: 127.0.0.1:8080"`},
		"several":       {"data: x\nlisten: [a, b]", "line 2: listen must be a single value"},
		"nothing":       {"listen:", "line 1: listen must be a single value"},
		"another file":  {"config: other.yaml", `line 1: unknown setting "config"`},
		"a wrong value": {"read-timeout: soon", `--read-timeout: expected duration but got "soon"`},
	} {
		t.Run(name, func(t *testing.T) {
			got := lectern(t, "config", "--config", writeFile(t, "lectern.yaml", c.file))
			if got.code != exitUsage || !strings.Contains(got.stderr, c.want) {
				t.Errorf("exit code %d: %s\nwant %s", got.code, got.stderr, c.want)
			}
		})
	}
	lectern(t, "config", "--config", "/nowhere.yaml").is(t, exitUsage, "lectern: config: open /nowhere.yaml: no such file or directory")
}

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
