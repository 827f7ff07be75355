package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestDemo_ForPeople(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	demo := background(t, "demo", "--listen=127.0.0.1:0")
	text := demo.rest("# The contract as OpenAPI 3\n")
	text += demo.line()

	for _, kind := range []string{"Admin", "Subaccount admin", "Teacher", "Student", "Observer"} {
		if !regexp.MustCompile(`(?m)^  ` + kind + ` +\S.* +user \d+ +\S{40,}$`).MatchString(text) {
			t.Errorf("there is no token for the kind %s", kind)
		}
	}
	docs := regexp.MustCompile(`http://\S+/api/public/docs/`).FindString(text)
	if code := status(t, "", docs); code != 200 {
		t.Errorf("the docs page %q is answered %d", docs, code)
	}

	// The README shows this text, and so does not promise what is not so.
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(regexp.MustCompile(`127\.0\.0\.1:\d+`).ReplaceAllString(text, "127.0.0.1:8080"), "\n")
	if !strings.Contains(string(readme), first) {
		t.Errorf("the README does not show %q", first)
	}

	asked := tryAll(t, text)
	for _, want := range []string{
		"GET /api/public/v1/ping", "GET /api/public/v1/users/N", "GET /api/public/v1/users/N/collections",
		"GET /api/public/v1/users/N/library", "GET /api/public/v1/users/N/media", "GET /api/public/v1/users/search",
		"POST /api/public/v1/users/roles", "PUT /api/public/v1/users/roles", "PATCH /api/public/v1/users/roles",
		"GET /api/public/apidocs", "GET /api/public/openapi.json",
	} {
		if !asked[want] {
			t.Errorf("no line tries %s", want)
		}
	}

	// The library goes with the demo.
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("while it runs there are %v, %v", left, err)
	}
	demo.end()
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("it left %v, %v", left, err)
	}
}

// Without ffmpeg no recording gets ready, so nobody is told to wait for one.
func TestDemo_WithoutFFmpeg(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	demo := background(t, "demo", "--listen=127.0.0.1:0", "--log-level=error")
	text := demo.rest("# The contract as OpenAPI 3\n") + demo.line()
	if !strings.Contains(text, "ffmpeg is not installed") || !strings.Contains(text, "/complete") || strings.Contains(text, "event-stream") {
		t.Errorf("it prints %s", text)
	}
	demo.end()
}

func TestDemo_ForPrograms(t *testing.T) {
	demo := background(t, "demo", "--listen=127.0.0.1:0", "--json")
	var printed struct {
		BaseURL string `json:"base_url"`
		APIURL  string `json:"api_url"`
		loaded
	}
	if err := json.Unmarshal([]byte(demo.line()), &printed); err != nil {
		t.Fatal(err)
	}
	if printed.APIURL != printed.BaseURL+"/api/public/v1" {
		t.Errorf("base_url is %s, api_url %s", printed.BaseURL, printed.APIURL)
	}
	// A school, not a handful of rows.
	if len(printed.Users) < 25 || len(printed.Courses) < 6 || len(printed.Media) < 80 || len(printed.Groups) < 5 ||
		len(printed.SubAccounts) < 2 || len(printed.Collections) < 10 {
		t.Errorf("the school is small: %+v", printed)
	}
	for key, id := range printed.Users {
		for _, page := range []string{"", "/library", "/collections", "/media"} {
			address := fmt.Sprintf("%s/users/%d%s", printed.APIURL, id, page)
			if code := status(t, printed.Tokens[key], address); code != 200 {
				t.Errorf("%s is answered %d for %s", key, code, address)
			}
		}
	}
	demo.end()
}

// Whatever the fixture lacks, each line that is printed works.
func TestDemo_OfAFixture(t *testing.T) {
	for name, fixture := range map[string]string{
		"nothing":        `{}`,
		"one student":    `{"users":[{"key":"tom","full_name":"Tom Wu"}]}`,
		"no role":        `{"users":[{"key":"tom","full_name":"Tom Wu","roles":[]}]}`,
		"odd letters":    `{"users":[{"key":"o'x","full_name":"O'Neil \"$(id)\"","email":"o'n%eil+&x@school.test","roles":["Teacher","Admin"]}]}`,
		"admin, no mail": `{"users":[{"key":"a","full_name":"Ada","roles":["Admin"]}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			demo := background(t, "demo", "--listen=127.0.0.1:0", "--fixture", writeFile(t, "fixture.json", fixture))
			text := demo.rest("# The contract as OpenAPI 3\n") + demo.line()
			tryAll(t, text)
			demo.end()
		})
	}
}

func TestDemo_WrongFixture(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	file := writeFile(t, "fixture.json", `{"users":[{"key":"ada","full_name":" "}]}`)
	lectern(t, "demo", "--listen=127.0.0.1:0", "--fixture", file).is(t, exitRefused, "lectern: users[0].full_name: must not be blank")
	if left, err := filepath.Glob(folder + "/lectern-demo-*"); err != nil || len(left) != 0 {
		t.Errorf("it left %v, %v", left, err)
	}
}

func TestDemo_BusyPort(t *testing.T) {
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	address := taken.Addr().String()
	lectern(t, "demo", "--listen", address).
		is(t, exitFailed, "lectern: cannot listen on "+address+": another program uses this port already")
}

// rest reads lines up to and with a line.
func (r *running) rest(last string) string {
	r.t.Helper()
	var text strings.Builder
	for {
		line := r.line()
		text.WriteString(line)
		if line == last {
			return text.String()
		}
	}
}

var (
	methodOf = regexp.MustCompile(`-X (\w+)`)
	pathOf   = regexp.MustCompile(`'http://[^/']+(/[^'?]*)`)
	idIn     = regexp.MustCompile(`/\d+`)
)

// tryAll pastes each line for curl into a shell, wants it answered 2xx, and returns
// what was asked.
func tryAll(t *testing.T, text string) map[string]bool {
	t.Helper()
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Fatal("this test needs curl: run script/setup")
	}
	asked := map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.HasPrefix(line, "curl ") {
			continue
		}
		script := line + ` -o /dev/null -w '%{http_code}'` // of several -w, the last counts
		command := exec.CommandContext(t.Context(), "sh", "-c", script)
		command.Env = []string{"PATH=" + filepath.Dir(curl)}
		command.Stderr = io.Discard
		output, err := command.Output()
		if err != nil || len(output) != 3 || output[0] != '2' {
			t.Errorf("%s\nis answered %s, %v", line, output, err)
		}
		method := "GET"
		if m := methodOf.FindStringSubmatch(line); m != nil {
			method = m[1]
		}
		path := pathOf.FindStringSubmatch(line)
		if path == nil {
			t.Errorf("%s\nnames no path", line)
			continue
		}
		asked[method+" "+idIn.ReplaceAllString(path[1], "/N")] = true
	}
	if len(asked) == 0 {
		t.Errorf("there is no line to try:\n%s", text)
	}
	return asked
}
