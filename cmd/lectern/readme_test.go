package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit"
)

// notRun is the commands of the README that its test does not run, with the reason.
var notRun = map[string]string{
	"make test": "it runs this test",
}

// readmeBlocks returns the blocks of commands of a section of the README.
func readmeBlocks(t *testing.T, section string) (blocks []string) {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n## "+section+"\n")
	if !found {
		t.Fatalf("the README has no section %q", section)
	}
	rest, _, _ = strings.Cut(rest, "\n## ")
	for _, block := range regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$").FindAllStringSubmatch(rest, -1) {
		switch block[1] {
		case "sh":
			blocks = append(blocks, block[2])
		case "text", "json": // what a command prints
		default:
			t.Errorf("a block of the section %q does not say whether it is sh, text or json:\n%s", section, block[2])
		}
	}
	return blocks
}

// clone copies the sources into a folder of their own, as a reader has them.
func clone(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "Lectern für alle")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir("../..")
	if err != nil {
		t.Fatal(err)
	}
	copying := []string{"-r"}
	for _, entry := range entries {
		// What is not in the repository, or is its history.
		if !slices.Contains([]string{".git", ".cache", "bin"}, entry.Name()) {
			copying = append(copying, filepath.Join("../..", entry.Name()))
		}
	}
	if said, err := exec.CommandContext(t.Context(), "cp", append(copying, folder)...).CombinedOutput(); err != nil {
		t.Fatalf("cp: %v: %s", err, said)
	}
	return folder
}

// film makes a recording that has to be encoded.
func film(t *testing.T, path string, args ...string) {
	t.Helper()
	args = append(append([]string{"-v", "error", "-f", "lavfi", "-i", "testsrc2=s=128x72:r=12:d=2"}, args...), path)
	if said, err := exec.CommandContext(t.Context(), "ffmpeg", args...).CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg (apt-get install ffmpeg, or run script/setup): %v: %s", err, said)
	}
}

// terminal is where somebody pastes commands: a shell in a folder.
type terminal struct {
	t      *testing.T
	folder string
	env    []string // besides that of the test
}

// command is a shell that reads commands. It is not told to stop at the first that fails.
func (term terminal) command(commands string) *exec.Cmd {
	shell := exec.CommandContext(term.t.Context(), "sh")
	shell.Dir, shell.Env, shell.Stdin = term.folder, append(os.Environ(), term.env...), strings.NewReader(commands)
	return shell
}

// paste runs commands and returns what they print, and how the last one ended.
func (term terminal) paste(commands string) (stdout, stderr string, err error) {
	var out, complaints bytes.Buffer
	shell := term.command(commands)
	shell.Stdout, shell.Stderr = &out, &complaints
	err = shell.Run()
	return out.String(), complaints.String(), err
}

// started is commands whose last one runs until it is interrupted.
type started struct {
	t       *testing.T
	command *exec.Cmd
	output  *bufio.Reader
	printed strings.Builder
}

// start runs commands as a terminal does: in a process group, which Ctrl-C interrupts.
func (term terminal) start(commands string) *started {
	term.t.Helper()
	shell := term.command(commands)
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	from, to, err := os.Pipe()
	if err != nil {
		term.t.Fatal(err)
	}
	shell.Stdout, shell.Stderr = to, to
	if err := shell.Start(); err != nil {
		term.t.Fatal(err)
	}
	_ = to.Close() // the shell has it
	term.t.Cleanup(func() {
		_ = syscall.Kill(-shell.Process.Pid, syscall.SIGKILL) // of what has ended already: no harm
		_ = from.Close()
	})
	return &started{t: term.t, command: shell, output: bufio.NewReader(from)}
}

// until reads what the commands print until it matches, and returns the match.
func (s *started) until(pattern *regexp.Regexp) []string {
	s.t.Helper()
	for {
		line, err := s.output.ReadString('\n')
		s.printed.WriteString(line)
		if found := pattern.FindStringSubmatch(line); found != nil {
			return found
		}
		if err != nil {
			s.t.Fatalf("nothing matches %s in what is printed:\n%s", pattern, s.printed.String())
		}
	}
}

// interrupt presses Ctrl-C, waits for the end, and returns what was printed since.
func (s *started) interrupt() string {
	s.t.Helper()
	if err := syscall.Kill(-s.command.Process.Pid, syscall.SIGINT); err != nil {
		s.t.Fatal(err)
	}
	rest, err := io.ReadAll(s.output)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = s.command.Wait() // a shell ends as the signal has it end
	return string(rest)
}

// fetch gets what is at an address and must be there.
func fetch(t *testing.T, address string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s, %v: %.300s", address, response.Status, err, body)
	}
	return string(body)
}

// plays opens the address of a recording as a browser does: the page, the playlists and what
// they name.
func plays(t *testing.T, address string) {
	t.Helper()
	page := fetch(t, address)
	master := regexp.MustCompile(`data-hls="([^"]+)"`).FindStringSubmatch(page)
	if master == nil {
		t.Fatalf("nothing plays at %s:\n%s", address, page)
	}
	at := follow(t, address, html.UnescapeString(master[1]))
	variant := uri(t, fetch(t, at))
	at = follow(t, at, variant)
	media := regexp.MustCompile(`#EXT-X-MAP:URI="([^"]+)"`).FindStringSubmatch(fetch(t, at))
	if media == nil {
		t.Fatalf("the playlist %s names no file", at)
	}
	if film := fetch(t, follow(t, at, media[1])); len(film) < 1000 || film[4:8] != "ftyp" {
		t.Errorf("%s has %d bytes", media[1], len(film))
	}
}

// uri is the first address of a playlist.
func uri(t *testing.T, playlist string) string {
	t.Helper()
	for line := range strings.Lines(playlist) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return line
		}
	}
	t.Fatalf("a playlist without an address:\n%s", playlist)
	return ""
}

// follow is the address that a reference leads to from where it stands.
func follow(t *testing.T, from, reference string) string {
	t.Helper()
	base, err := url.Parse(from)
	if err != nil {
		t.Fatal(err)
	}
	to, err := base.Parse(reference)
	if err != nil {
		t.Fatal(err)
	}
	return to.String()
}

// lastURL is the url of the last line of JSON that was printed.
func lastURL(t *testing.T, printed string) string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(printed), "\n")
	var ticket struct {
		URL string `json:"url"`
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &ticket); err != nil || ticket.URL == "" {
		t.Fatalf("the last line is no ticket, %v:\n%s", err, printed)
	}
	return ticket.URL
}

// wantLegible wants that each event and each answer that is printed stands on lines of its own.
func wantLegible(t *testing.T, printed string) {
	t.Helper()
	events := 0
	for line := range strings.Lines(printed) {
		line = strings.TrimSpace(line)
		data, isEvent := strings.CutPrefix(line, "data: ")
		if isEvent {
			events++
		}
		if line != "" && line != "event: processing" && line != ": still there" && !json.Valid([]byte(data)) {
			t.Errorf("a line that is neither an event nor an answer: %q", line)
		}
	}
	if events == 0 || !strings.Contains(printed, `"stage":"finished"`) {
		t.Errorf("the work is not followed to its end:\n%s", printed)
	}
}

// The README's commands do what it says, one after another in an empty clone, until a
// recording plays that was uploaded.
//
// A port may be taken, so the addresses to listen on are free ones: of make demo by LISTEN, as
// the README says, and of lectern serve by its variable. What is uploaded is what the README
// names, lecture.mp4, and has to be encoded.
func TestReadme_CommandsWork(t *testing.T) {
	testkit.NeedsMore(t, "clone of the repository")
	t.Parallel()
	folder := clone(t)
	film(t, filepath.Join(folder, "lecture.mp4"), "-c:v", "libvpx-vp9", "-cpu-used", "8", "-b:v", "100k")
	// Built as make build does, of which the cache then has most.
	term := terminal{t, folder, []string{"CGO_ENABLED=0", "GOFLAGS=-trimpath", "LECTERN_LISTEN=127.0.0.1:0"}}

	try := readmeBlocks(t, "Try it")
	try = slices.DeleteFunc(try, func(block string) bool { return notRun[strings.TrimSpace(block)] != "" })
	if len(try) != 1 || try[0] != "make demo\n" {
		t.Fatalf("to try there are %q", try)
	}
	tryDemo(t, term, strings.TrimSpace(try[0])+" LISTEN=127.0.0.1:0\n")

	run := readmeBlocks(t, "Run it")
	if len(run) != 2 || !strings.HasSuffix(run[0], "/lectern serve\n") {
		t.Fatalf("to run there are %q", run)
	}
	server := term.start("set -e\n" + run[0])
	base := server.until(regexp.MustCompile(`^Listening on \S+ \(public URL (http://\S+)\)\.\n`))[1]
	upload := strings.ReplaceAll(run[1], "http://127.0.0.1:8080", base)
	if upload == run[1] {
		t.Error("nothing is uploaded to the address that lectern serve listens on by default")
	}
	printed, complaints, err := term.paste(upload)
	if err != nil || complaints != "" {
		t.Fatalf("uploading: %v: %s\n%s", err, complaints, printed)
	}
	wantLegible(t, printed)
	plays(t, lastURL(t, printed))
	if _, err := os.Stat(filepath.Join(folder, "lectern-data", "lectern.db")); err != nil {
		t.Errorf("the library is not where the README says: %v", err)
	}
	withoutFile(t, term, upload)
	server.interrupt()
	if state := server.command.ProcessState; state.ExitCode() > 0 {
		t.Errorf("interrupted, it ends with %v", state)
	}
}

// tryDemo pastes what the demo prints for uploading, and ends the demo by Ctrl-C.
func tryDemo(t *testing.T, term terminal, command string) {
	t.Helper()
	demo := term.start(command)
	demo.until(regexp.MustCompile(`^# The contract as OpenAPI 3`))
	if !strings.Contains(demo.printed.String(), "The first build also compiles its dependencies, which takes a few minutes.") {
		t.Errorf("it does not say that the first build takes long:\n%.500s", demo.printed.String())
	}
	upload := regexp.MustCompile(`(?ms)^FILE=lecture\.mp4\n\(\n.*?^\)\n`).FindString(demo.printed.String())
	printed, complaints, err := term.paste(upload)
	if err != nil || complaints != "" {
		t.Errorf("uploading: %v: %s\n%s\n%s", err, complaints, printed, upload)
	}
	wantLegible(t, printed)
	plays(t, lastURL(t, printed))
	withoutFile(t, term, upload)
	if rest := demo.interrupt(); strings.Contains(rest, "***") {
		t.Errorf("interrupted, it says %q", rest)
	}
}

// withoutFile pastes lines that upload without there being what they upload. They end, say
// why, and make nothing.
func withoutFile(t *testing.T, term terminal, upload string) {
	t.Helper()
	_, body, _ := strings.Cut(upload, "\n") // the first line names the file
	for name, first := range map[string]string{"not set": "", "empty": "FILE=", "not there": "FILE=other.mp4", "a folder": "FILE=cmd"} {
		printed, complaints, err := term.paste(first + "\n" + body)
		if err == nil || !strings.HasPrefix(complaints, "There is no file '") || printed != "" {
			t.Errorf("with FILE %s: %v: %q\n%s", name, err, complaints, printed)
		}
	}
	// Neither does it go on with a token that is wrong.
	wrong := regexp.MustCompile(`TOKEN=(\$\(.*?\)\n|\S+)`).ReplaceAllString(upload, "TOKEN=wrong\n")
	printed, complaints, err := term.paste(wrong)
	if err == nil || !strings.Contains(complaints, "401") || strings.Contains(printed, "event:") {
		t.Errorf("with a wrong token: %v: %q\n%s", err, complaints, printed)
	}
}
