package transcode

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// after is a program that runs another one, and then a script in the folder of the outputs.
func after(t *testing.T, program, script string) string {
	t.Helper()
	return scripted(t, program+` "$@"`+"\nstatus=$?\n"+script+"\nexit $status\n")
}

// scripted is a program that a shell runs. Another process writes it: while any other test
// starts a process, a file that this one had open for writing cannot be run.
func scripted(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	install := exec.CommandContext(t.Context(), "install", "-m", "700", "/dev/stdin", path)
	install.Stdin = strings.NewReader("#!/bin/sh\n" + script)
	if said, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return path
}

// encodes makes what plays of a film that has to be encoded.
func encodes(ctx context.Context, t *testing.T, tools Tools, in, dir string) error {
	t.Helper()
	p, err := find(t).Probe(ctx, in) //nolint:contextcheck // find looks for programs by the context of the test
	if err != nil {
		t.Fatal(err)
	}
	if p.Playable {
		t.Fatal("the film does not have to be encoded")
	}
	out, err := tools.Transcode(ctx, in, p, dir, func(float64, string) {})
	if err == nil {
		_, err = tools.Sprite(ctx, filepath.Join(dir, filepath.FromSlash(out.Smallest())), p, out.Duration, dir)
	}
	return err
}

func vp9(t *testing.T) string {
	t.Helper()
	return film(t, "film.webm", join(picture("64x36", 1, 10), tone("mono", 1), []string{"-c:v", "libvpx-vp9", "-cpu-used", "8", "-b:v", "50k", "-c:a", "libopus"})...)
}

// A missing output is not the recording's fault, and encoding again does not help. A missing
// input, folder or program may be back at the next attempt.
func TestTranscode_NamesMissingOutputs(t *testing.T) {
	t.Parallel()
	in := vp9(t)
	for name, c := range map[string]struct {
		script   string // runs after each run of ffmpeg, with the input in $IN
		missing  bool   // it is a MissingOutputError
		succeeds bool
		names    string // what the error names
	}{
		"all is there":             {script: ":", succeeds: true},
		"an MP4":                   {script: "rm -f mp4/*.mp4", missing: true, names: ".mp4: No such file or directory"},
		"a playlist":               {script: "rm -f hls/*.m3u8", missing: true, names: ".m3u8: no such file"},
		"the segments":             {script: "rm -f hls/*.mp4", missing: true, names: "hls/"},
		"the sprite":               {script: "rm -f sprite.jpg", missing: true, names: "sprite.jpg: no such file"},
		"the smallest for sprites": {script: "test -e thumbnail.jpg && rm -f mp4/*", missing: true, names: "mp4/"},
		"the whole folder":         {script: `rm -rf "$PWD"`},
		"the input":                {script: "rm -f mp4/* '" + in + ".copy'"},
		"the program":              {script: `rm -f mp4/*; rm -f "$0"`},
		"a library of the program": {script: "echo 'error while loading shared libraries: libx.so: cannot open shared object file: No such file or directory' >&2; status=127"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from := in
			if strings.Contains(c.script, ".copy") {
				from = in + ".copy"
				bytes, err := os.ReadFile(in)
				if err == nil {
					err = os.WriteFile(from, bytes, 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			tools := find(t)
			tools.FFmpeg = after(t, tools.FFmpeg, c.script)
			err := encodes(t.Context(), t, tools, from, t.TempDir())
			_, missing := errors.AsType[*MissingOutputError](err)
			if (err == nil) != c.succeeds || missing != c.missing || permanent(err) {
				t.Errorf("ends with %v (a missing output: %t), want a missing output: %t", err, missing, c.missing)
			}
			if err != nil && !strings.Contains(err.Error(), c.names) {
				t.Errorf("%v does not name %q", err, c.names)
			}
		})
	}
}

// ffmpeg runs in the folder of the outputs, so neither path may be relative to ours.
func TestTranscode_TakesRelativePaths(t *testing.T) { // not parallel: it changes the working directory
	tools, in := find(t), vp9(t)
	for i, name := range []string{"plain", "with space", "ünïcödé 日本", "a[b]*?%d'\"\\", "-i"} {
		parent := filepath.Join(t.TempDir(), name)
		if err := os.MkdirAll(filepath.Join(parent, "in put"), 0o700); err != nil {
			t.Fatal(err)
		}
		copied, err := os.ReadFile(in)
		if err == nil {
			err = os.WriteFile(filepath.Join(parent, "in put", "film"), copied, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Chdir(parent)
		made := "made" + strconv.Itoa(i)
		if err := os.Mkdir(made, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := encodes(t.Context(), t, tools, filepath.Join("in put", "film"), made); err != nil {
			t.Errorf("in %q: %v", name, err)
		}
	}
}
