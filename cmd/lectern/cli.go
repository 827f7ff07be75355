package main

import (
	"context"
	"errors"
	"io"
	"reflect"

	"github.com/alecthomas/kong"

	"github.com/lectern-media/lectern/internal/operator"
	"github.com/lectern-media/lectern/internal/settings"
)

// cli is the grammar of the command line: a field for each command, of which each has
// its file.
type cli struct {
	Help    helpFlag    `short:"h" help:"Show help for a command."`
	Version versionFlag `help:"Show the version."`

	Demo           demoCommand           `cmd:"" help:"Run a temporary library with sample data."`
	Serve          serveCommand          `cmd:"" help:"Run the server."`
	Load           loadCommand           `cmd:"" help:"Load a fixture into a library."`
	User           userCommand           `cmd:"" help:"Create, list, edit, deactivate and delete people."`
	Course         courseCommand         `cmd:"" help:"Create and list courses, and enroll people in them."`
	Subaccount     subaccountCommand     `cmd:"" help:"Create and list sub-accounts, and assign people and courses to them."`
	Token          tokenCommand          `cmd:"" help:"Create and revoke access tokens."`
	SigningKey     signingKeyCommand     `cmd:"" help:"Replace the key that signs addresses and tickets."`
	CaptionService captionServiceCommand `cmd:"" help:"Create, list and revoke the keys of captioning services."`
	Jobs           jobsCommand           `cmd:"" help:"List, retry and cancel jobs."`
	Storage        storageCommand        `cmd:"" help:"Find and delete unused files, and claim a storage."`
	Seed           seedCommand           `cmd:"" help:"Fill a new library with generated data, for measurements."`
	Migrate        migrateCommand        `cmd:"" help:"Migrate a library to this version."`
	Config         configCommand         `cmd:"" help:"Show the effective settings of serve."`
	About          versionCommand        `cmd:"" name:"version" help:"Show the version."`
}

const description = `A media library with the public API of Instructure Studio.

Exit codes: 0 done; 1 failed (the database, the network, the disk); 2 the command line or a setting is wrong; 3 rejected (something does not exist, already exists, or is against the library's rules).`

// The exit codes, which the help lists.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitRefused = 3
)

// world is what a command may touch beside the library.
type world struct {
	ctx    context.Context //nolint:containedctx // a command's life is the process's
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	// origins says where the settings of this run come from, by name.
	origins map[string]string
}

// run is the whole program: arguments and environment in, an exit code out.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env []string) int {
	w := &world{ctx: ctx, stdin: stdin, stdout: settings.EscapeJSON(stdout), stderr: stderr, origins: map[string]string{}}
	parser, err := newParser(w, env)
	if err != nil {
		return w.exit(err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if errors.Is(err, errAnswered) {
		return exitDone
	}
	if err != nil {
		return w.exit(&usageError{err})
	}
	return w.exit(command.Run())
}

func newParser(w *world, env []string) (*kong.Kong, error) {
	settings := &settingsResolver{env: environment(env), origins: w.origins}
	return kong.New(&cli{},
		kong.Name("lectern"),
		kong.Description(description),
		kong.Writers(w.stdout, w.stderr),
		kong.NoDefaultHelp(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.ValueFormatter(withEnvironment),
		kong.NamedMapper("database", databaseMapper{}),
		kong.WithBeforeResolve(settings.readFile),
		kong.Resolvers(settings),
		defaults(),
		kong.Bind(w),
	)
}

// usageError is a command line that cannot be understood.
type usageError struct{ err error }

// Error is the reason.
func (e *usageError) Error() string { return e.err.Error() }

// Unwrap returns the reason.
func (e *usageError) Unwrap() error { return e.err }

// exit says on standard error why a command did not do what it should, and returns
// the exit code that says so too.
func (w *world) exit(err error) int {
	if err == nil {
		return exitDone
	}
	sentences, code := reasons(err), exitFailed
	if refusal := operator.RefusalSentences(err); refusal != nil {
		sentences, code = refusal, exitRefused
	}
	if _, ok := errors.AsType[*usageError](err); ok {
		code = exitUsage
	}
	if _, ok := errors.AsType[*settings.Error](err); ok {
		code = exitUsage
	}
	if code == exitFailed && w.ctx.Err() != nil {
		sentences = []string{"interrupted"}
	}
	for _, sentence := range sentences {
		w.complain("lectern: %s", sentence)
	}
	return code
}

// reasons is an error in sentences: one for each of the errors that were joined. A line
// feed within one is somebody's text and starts no sentence.
func reasons(err error) []string {
	switch e := err.(type) { //nolint:errorlint // what was joined within a sentence stays there
	case interface{ Unwrap() []error }:
		var sentences []string
		for _, joined := range e.Unwrap() {
			sentences = append(sentences, reasons(joined)...)
		}
		return sentences
	case *settings.Error:
		return reasons(e.Err)
	case *usageError:
		return reasons(e.err)
	}
	return []string{err.Error()}
}

// errAnswered ends parsing where a flag has been answered already.
var errAnswered = errors.New("answered")

// helpFlag prints the help of the command it is given to.
type helpFlag bool

// BeforeReset answers before anything that is required is missed.
func (helpFlag) BeforeReset(ctx *kong.Context) error {
	if err := ctx.PrintUsage(false); err != nil {
		return err
	}
	return errAnswered
}

// IgnoreDefault keeps kong from setting the flag for want of a value.
func (helpFlag) IgnoreDefault() {}

type versionFlag bool

// BeforeReset answers before a command is missed.
func (versionFlag) BeforeReset(w *world) error {
	if err := (&versionCommand{}).Run(w); err != nil {
		return err
	}
	return errAnswered
}

// IgnoreDefault keeps kong from setting the flag for want of a value.
func (versionFlag) IgnoreDefault() {}

// databaseMapper reads the URL of a database. Kong's own mapper for strings would do,
// but prints the value it is given where it fails, and so a password.
type databaseMapper struct{}

// Decode is [kong.Mapper]'s.
func (databaseMapper) Decode(ctx *kong.DecodeContext, target reflect.Value) error {
	token, err := ctx.Scan.PopValue("database")
	if err != nil {
		return errors.New("a database URL is missing")
	}
	text, ok := token.Value.(string)
	if !ok {
		return errors.New("must be text")
	}
	target.SetString(text)
	return nil
}
