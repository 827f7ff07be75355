package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/lectern-media/lectern/internal/operator"
)

type signingKeyCommand struct {
	Rotate signingKeyRotateCommand `cmd:"" help:"Replace the key that signs addresses and tickets."`
}

type signingKeyRotateCommand struct {
	librarySettings
	JSON bool `name:"json" help:"Print {\"id\",\"created_at\",\"previous_verifies_until\"}."`
}

// Help is the longer help.
func (signingKeyRotateCommand) Help() string {
	return `Creates a new key, with which every node signs within a minute. What the previous key has signed (addresses of uploads, files and captions, and tickets) stays valid until it expires, two days at most. After that the previous key verifies nothing any more. Nothing has to be restarted.

Replace the key when somebody leaves who has seen the database or a backup of it: the key is in both.

Examples:

    lectern signing-key rotate --data /var/lib/lectern
    lectern signing-key rotate --json`
}

// Run replaces the key.
func (c *signingKeyRotateCommand) Run(w *world) error {
	return withLibrary(w, operator.Open, c.library(w), func(library *operator.Console) error {
		key, err := library.RotateSigningKey(w.ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(w.stdout).Encode(key)
		}
		return printLine(w, fmt.Sprintf("Created signing key %s. What the previous key has signed is valid until %s at the latest.",
			key.ID, key.PreviousVerifiesUntil.Format(time.RFC3339)))
	})
}
