package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v4"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/operator"
	"github.com/lectern-media/lectern/internal/settings"
)

// A setting is a flag with the tag `setting`. What the command line does not say of
// it, the environment does (LECTERN_LOG_LEVEL for --log-level), or else the file that
// --config names, or else the default.

// librarySettings say which library a command works on.
type librarySettings struct {
	Config    string               `help:"Read settings from a YAML or JSON file." placeholder:"FILE" setting:""`
	Data      string               `help:"Folder of the library." default:"${data}" setting:""`
	Database  settings.DatabaseURL `help:"The database of the library: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME. By default ${database_file} in the data folder." placeholder:"URL" type:"database" setting:""`
	LogLevel  string               `help:"Lowest level that is logged to standard error: debug, info, warn or error." default:"${log_level}" setting:""`
	LogFormat string               `help:"Format of the log: text or json." default:"${log_format}" setting:""`
}

// storageSettings say where the bytes of a library are.
type storageSettings struct {
	Storage string `help:"Where files are stored: a folder, or s3://BUCKET?endpoint=https://HOST&region=NAME, with the keys in LECTERN_S3_ACCESS_KEY and LECTERN_S3_SECRET_KEY. By default the folder files in the data folder." placeholder:"WHERE" setting:""`
}

// serverSettings say how the server runs.
type serverSettings struct {
	librarySettings
	storageSettings
	DatabaseConnections  int           `help:"Connections to PostgreSQL that this node makes at most. All nodes together must stay below the server's max_connections." default:"${database_connections}" setting:""`
	Reserve              string        `help:"Space that is kept free on the file systems of the files, the database and the work folder: 500MB, 5GB, or 0 for none. Below it, uploads are rejected, and imports and transcoding wait. By default the larger of 1GB and 2 % of a file system." placeholder:"SIZE" setting:""`
	RedirectFiles        bool          `help:"Redirect clients to signed addresses of the S3 bucket instead of passing its bytes on. Clients must be able to reach the bucket, and it must allow Lectern's origin (CORS). These addresses work for 15 minutes, also when the recording is deleted or archived meanwhile." setting:""`
	Workers              int           `help:"Number of short jobs that this node runs at once, and also of long ones in addition; with 0 it only serves requests." default:"${workers}" setting:""`
	PublicEmbeds         bool          `help:"Let everyone who knows the address of a recording play it." setting:""`
	FrameAncestors       string        `help:"Sites that may frame the player, as in a Content-Security-Policy: 'https://lms.school.test'. By default every site." placeholder:"SOURCES" setting:""`
	FetchFrom            []string      `help:"Internal hosts, addresses or networks from which files may be imported, separated by commas." placeholder:"HOST" setting:""`
	Listen               string        `help:"Address to listen on, HOST:PORT; port 0 picks a free port." default:"${listen}" setting:""`
	MetricsListen        string        `help:"Address of the Prometheus metrics, HOST:PORT. By default metrics are not served." placeholder:"ADDR" setting:""`
	PublicURL            string        `help:"URL under which clients reach this server, for example https://media.school.test. By default the address that it listens on." placeholder:"URL" setting:""`
	TrustedProxies       []string      `help:"Addresses and networks of proxies whose X-Forwarded-For and Forwarded headers are believed, separated by commas: 127.0.0.1,10.1.0.0/16. By default none." placeholder:"CIDR" setting:""`
	LimitRequests        int           `help:"Requests a second that one token, or reports of views that one ticket, may send to this node; four times as many at once after a pause. 0: no limit." default:"${limit_requests}" setting:""`
	LimitAddressRequests int           `help:"Requests a second without a token or a ticket that one address may send to this node; five times as many at once after a pause. 0: no limit." default:"${limit_address_requests}" setting:""`
	LimitStreams         int           `help:"Streams of events that one person may have open on this node. 0: no limit." default:"${limit_streams}" setting:""`
	LimitUploads         int           `help:"Uploads that one person may have started and not completed. 0: no limit." default:"${limit_uploads}" setting:""`
	LimitUploadBytes     settings.Size `help:"Bytes that these uploads of one person may have together, for example 500GB. 0: no limit." default:"${limit_upload_bytes}" setting:""`
	ReadHeaderTimeout    time.Duration `help:"Longest time for the header of a request." default:"${read_header_timeout}" setting:""`
	ReadTimeout          time.Duration `help:"Longest time for a whole request to arrive." default:"${read_timeout}" setting:""`
	WriteTimeout         time.Duration `help:"Longest time to write an answer." default:"${write_timeout}" setting:""`
	IdleTimeout          time.Duration `help:"How long an idle connection is kept." default:"${idle_timeout}" setting:""`
	DrainDelay           time.Duration `help:"How long to keep serving after /readyz answers 503, so that a load balancer notices." default:"${drain_delay}" setting:""`
	StopTimeout          time.Duration `help:"Longest time to stop; requests that still run then are interrupted." default:"${stop_timeout}" setting:""`
}

// defaults gives the defaults of package app to the tags.
func defaults() kong.Vars {
	o := app.DefaultOptions()
	return kong.Vars{
		"data": o.Place.Data, "database_file": settings.DatabaseFile, "listen": o.Listen.API,
		"database_connections": strconv.Itoa(o.DatabaseConnections),
		"workers":              strconv.Itoa(o.Workers), "log_level": o.Log.Level, "log_format": o.Log.Format,
		"limit_requests": strconv.Itoa(o.Rates.Token), "limit_address_requests": strconv.Itoa(o.Rates.Address),
		"limit_streams": strconv.Itoa(o.Streams),
		"limit_uploads": strconv.Itoa(o.Library.Uploads.Count), "limit_upload_bytes": settings.Size(o.Library.Uploads.Bytes).String(),
		"read_header_timeout": o.Limits.ReadHeaderTimeout.String(), "read_timeout": o.Limits.ReadTimeout.String(),
		"write_timeout": o.Limits.WriteTimeout.String(), "idle_timeout": o.Limits.IdleTimeout.String(),
		"token_life": operator.TokenLife.String(), "drain_delay": o.Stop.DrainDelay.String(), "stop_timeout": o.Stop.Timeout.String(),
	}
}

// library is the library that a command of the operator works on.
func (s librarySettings) library(w *world) operator.Options {
	return operator.Options{
		Place: settings.Place{Data: s.Data, Database: s.Database},
		Log:   settings.Log{Level: s.LogLevel, Format: s.LogFormat, Output: w.stderr},
	}
}

// options is how the server runs. TestSettings_AreWired tries each of them.
func (s serverSettings) options(w *world) app.Options {
	o := app.DefaultOptions()
	shared := s.library(w)
	o.Place, o.Log = shared.Place, shared.Log
	o.Place.Storage = s.Storage
	o.DatabaseConnections = s.DatabaseConnections
	o.Space.Reserve = s.Reserve
	o.Library.PublicEmbeds = s.PublicEmbeds
	o.Library.Uploads.Count, o.Library.Uploads.Bytes = s.LimitUploads, int64(s.LimitUploadBytes)
	o.Fetch.AllowPrivate = s.FetchFrom
	o.Listen = app.Listen{API: s.Listen, Metrics: s.MetricsListen, PublicURL: s.PublicURL, TrustedProxies: s.TrustedProxies}
	o.Limits.ReadHeaderTimeout, o.Limits.ReadTimeout = s.ReadHeaderTimeout, s.ReadTimeout
	o.Limits.WriteTimeout, o.Limits.IdleTimeout = s.WriteTimeout, s.IdleTimeout
	o.Rates.Token, o.Rates.Address, o.Streams = s.LimitRequests, s.LimitAddressRequests, s.LimitStreams
	o.Stop = app.Stopping{DrainDelay: s.DrainDelay, Timeout: s.StopTimeout}
	o.RedirectFiles, o.Workers, o.FrameAncestors = s.RedirectFiles, s.Workers, s.FrameAncestors
	return o
}

const settingTag = "setting"

// variable is the environment variable of a setting.
func variable(setting string) string {
	return "LECTERN_" + strings.ToUpper(strings.ReplaceAll(setting, "-", "_"))
}

// withEnvironment puts the variable of a setting behind its help.
func withEnvironment(value *kong.Value) string {
	if value.Tag.Has(settingTag) {
		return value.Help + " ($" + variable(value.Name) + ")"
	}
	return value.Help
}

// environment makes a map of what [os.Environ] gives.
func environment(env []string) map[string]string {
	variables := make(map[string]string, len(env))
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		variables[name] = value
	}
	return variables
}

// settingsResolver finds the settings that the command line does not give. It is ours
// because kong's would let a file overrule the environment.
type settingsResolver struct {
	env     map[string]string
	origins map[string]string // by setting, filled on the way

	path string            // of the file, "" for none
	file map[string]string // what it says
}

// Validate is [kong.Resolver]'s.
func (*settingsResolver) Validate(*kong.Application) error { return nil }

// Resolve is [kong.Resolver]'s.
func (r *settingsResolver) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if !flag.Tag.Has(settingTag) {
		return nil, nil
	}
	if value, ok := r.env[variable(flag.Name)]; ok {
		r.origins[flag.Name] = "environment, " + variable(flag.Name)
		return value, nil
	}
	if value, ok := r.file[flag.Name]; ok {
		r.origins[flag.Name] = "file " + r.path
		return value, nil
	}
	return nil, nil
}

// readFile reads the file of the settings, before anything is resolved.
func (r *settingsResolver) readFile(ctx *kong.Context) error {
	r.path = r.env[variable("config")]
	for _, path := range ctx.Path {
		if path.Flag != nil && path.Flag.Name == "config" {
			r.path, _ = ctx.FlagValue(path.Flag).(string)
		}
	}
	if r.path == "" {
		return nil
	}
	text, err := os.ReadFile(r.path)
	if err != nil {
		return fmt.Errorf("config: %w", err)
	}
	r.file, err = parseSettings(text, settingNames(ctx.Model))
	if err != nil {
		return fmt.Errorf("%s: %w", r.path, err)
	}
	return nil
}

// settingNames is every setting that some command has.
func settingNames(model *kong.Application) []string {
	var names []string
	for _, command := range model.Leaves(false) {
		for _, flag := range command.Flags {
			if flag.Tag.Has(settingTag) && flag.Name != "config" {
				names = append(names, flag.Name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// parseSettings reads a file of settings: one mapping of names to single values.
// Unknown names are rejected: a misspelt setting would have no effect.
func parseSettings(text []byte, known []string) (map[string]string, error) {
	settings := map[string]string{}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var values map[string]yaml.Node
	if err := decoder.Decode(&values); errors.Is(err, io.EOF) {
		return settings, nil
	} else if err != nil {
		return nil, fmt.Errorf("expected settings like \"listen: 127.0.0.1:8080\": %w", err)
	}
	for name, value := range values {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("line %d: unknown setting %q; use %s", value.Line, name, strings.Join(known, ", "))
		}
		if value.Kind != yaml.ScalarNode || value.Tag == "!!null" {
			return nil, fmt.Errorf("line %d: %s must be a single value", value.Line, name)
		}
		settings[name] = value.Value
	}
	return settings, nil
}
