package rivals

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"syscall"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/settings"
)

// StartLectern runs `lectern serve`, as built, on a library, with its files in a folder.
// It logs no requests, as nobody else here does, and does one job of a kind at once.
func StartLectern(ctx context.Context, program, database, folder string) (*Process, error) {
	cmd := exec.CommandContext(ctx, program, "serve",
		"--listen", "127.0.0.1:0", "--database", database, "--data", folder, "--workers", "1",
		"--log-level", "warn", "--json")
	// Variables and not flags: an older version, which does not know them, ignores them.
	cmd.Env = append(os.Environ(), "LECTERN_LIMIT_REQUESTS=0", "LECTERN_LIMIT_ADDRESS_REQUESTS=0", "LECTERN_LIMIT_STREAMS=0",
		"LECTERN_LIMIT_UPLOADS=0", "LECTERN_LIMIT_UPLOAD_BYTES=0", "LECTERN_RESERVE=0")
	return startLectern(ctx, cmd)
}

// StartLimited runs `lectern serve` as an institution does, with its limits and as many workers
// as it has by default. It imports from this machine.
func StartLimited(ctx context.Context, program, database, folder string) (*Process, error) {
	return startLectern(ctx, exec.CommandContext(ctx, program, "serve",
		"--listen", "127.0.0.1:0", "--database", database, "--data", folder, "--fetch-from", "127.0.0.1", "--reserve", "0",
		"--log-level", "error", "--json"))
}

func startLectern(ctx context.Context, cmd *exec.Cmd) (*Process, error) {
	return start(ctx, cmd, func(line string) (string, bool) {
		var started struct {
			BaseURL string `json:"base_url"`
		}
		if json.Unmarshal([]byte(line), &started) != nil {
			return "", false
		}
		return strings.CutPrefix(started.BaseURL, "http://")
	})
}

// BeginProfile has a profiled server record where its processor time goes from now
// on, if it does not already.
func (p *Process) BeginProfile() error { return p.cmd.Process.Signal(syscall.SIGUSR1) }

// serveProfiled is Lectern within the benchmark's program, which can write a profile.
func serveProfiled(ctx context.Context, database, folder, file string) (err error) {
	begin := make(chan os.Signal, 1)
	signal.Notify(begin, syscall.SIGUSR1)
	options := app.DefaultOptions().Unlimited()
	options.Listen.API, options.Place.Database, options.Log.Level = "127.0.0.1:0", settings.DatabaseURL(database), "warn"
	options.Place.Data, options.Workers = folder, 1
	lectern, err := app.New(ctx, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lectern.Stop(context.WithoutCancel(ctx))) }()
	if err := lectern.Start(ctx); err != nil {
		return err
	}
	announce(lectern.Addr())
	select {
	case <-begin:
	case <-ctx.Done():
		return nil
	}
	return profileUntil(ctx, file)
}

func profileUntil(ctx context.Context, file string) (err error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if err := pprof.StartCPUProfile(out); err != nil {
		return err
	}
	<-ctx.Done()
	pprof.StopCPUProfile()
	return nil
}
