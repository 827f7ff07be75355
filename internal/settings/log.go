package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
)

// Log says what is logged, and how.
type Log struct {
	Level  string    // debug, info, warn or error
	Format string    // text or json
	Output io.Writer // nil: standard error
}

// DefaultLog is for people, and tells them what an operator should know.
func DefaultLog() Log { return Log{Level: "info", Format: "text"} }

// Validate says what in the settings cannot be.
func (l Log) Validate() error {
	_, err := l.level()
	if l.Format != "text" && l.Format != "json" {
		err = errors.Join(err, fmt.Errorf("log-format: unknown format %q; use text or json", l.Format))
	}
	return err
}

func (l Log) level() (slog.Level, error) {
	switch l.Level {
	case "debug", "info", "warn", "error":
		var level slog.Level
		return level, level.UnmarshalText([]byte(l.Level))
	}
	return 0, fmt.Errorf("log-level: unknown level %q; use debug, info, warn or error", l.Level)
}

// Logger makes the log.
func (l Log) Logger() (*slog.Logger, error) {
	level, err := l.level()
	if err != nil {
		return nil, err
	}
	output := l.Output
	if output == nil {
		output = os.Stderr
	}
	options := &slog.HandlerOptions{Level: level}
	if l.Format == "json" {
		return slog.New(slog.NewJSONHandler(EscapeJSON(output), options)), nil
	}
	return slog.New(slog.NewTextHandler(withoutDEL{output}, options)), nil
}

// withoutDEL escapes the one control character that [slog.TextHandler] writes as it is. A
// terminal obeys it, and what is logged may be what a stranger wrote.
type withoutDEL struct{ to io.Writer }

// Write is [io.Writer]'s.
func (w withoutDEL) Write(line []byte) (int, error) {
	if _, err := w.to.Write(bytes.ReplaceAll(line, []byte{0x7f}, []byte(`\x7f`))); err != nil {
		return 0, err
	}
	return len(line), nil
}
