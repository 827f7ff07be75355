package main

import (
	"encoding/json"
	"io"
	"os"
	"time"

	"github.com/lectern-media/lectern/internal/operator"
)

type loadCommand struct {
	librarySettings
	File      string        `arg:"" help:"The fixture, a JSON file; - reads standard input."`
	Tokens    bool          `help:"Create an access token for each user, and print the tokens by key."`
	ExpiresIn time.Duration `help:"How long these tokens are valid." default:"${token_life}"`
}

// Help is the longer help.
func (loadCommand) Help() string {
	return `Loads the whole file or nothing, and prints the id of each of its keys as JSON: {"users":{"ada":1},"groups":{},"sub_accounts":{},"courses":{"101":4},"collections":{},"media":{}}. For a course, the id of its collection is printed. A server may run on the same library at the same time.

Errors are reported with their place, for example: media[3].owner: no user "bob". If the library does not exist, it is created.

The format of a fixture is explained in docs/fixtures.md.

Examples:

    lectern load school.json --data /var/lib/lectern
    lectern load --tokens - < school.json`
}

// Run loads the file.
func (c *loadCommand) Run(w *world) error {
	from := w.stdin
	if c.File != "-" {
		file, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }() // nothing was written to it
		from = file
	}
	return withLibrary(w, operator.OpenOrCreate, c.library(w), func(library *operator.Console) error {
		loaded, err := c.load(w, library, from)
		if err != nil {
			return err
		}
		return json.NewEncoder(w.stdout).Encode(loaded)
	})
}

func (c *loadCommand) load(w *world, library *operator.Console, from io.Reader) (operator.Loaded, error) {
	if c.Tokens {
		return library.LoadWithTokens(w.ctx, from, c.ExpiresIn)
	}
	return library.Load(w.ctx, from)
}
