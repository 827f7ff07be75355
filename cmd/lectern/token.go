package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/lectern-media/lectern/internal/app"
)

type tokenCommand struct {
	Create tokenCreateCommand `cmd:"" help:"Create an access token that acts as a person."`
	Revoke tokenRevokeCommand `cmd:"" help:"Revoke an access token, or all of a person."`
}

type tokenCreateCommand struct {
	librarySettings
	User      string        `required:"" help:"The person, by id or e-mail." placeholder:"ID|EMAIL"`
	ExpiresIn time.Duration `help:"How long the token lives." default:"${token_life}"`
}

// Help is the longer help.
func (tokenCreateCommand) Help() string {
	return `Prints {"access_token","token_type":"Bearer","expires_in","created_at"}, the times in seconds. The token is shown this once: only a hash of it is kept.

Examples:

    lectern token create --user ada@school.test
    lectern token create --user 7 --expires-in 720h`
}

// Run creates the token.
func (c *tokenCreateCommand) Run(w *world) error {
	return withLibrary(w, app.OpenConsole, c.librarySettings, func(library *app.Console) error {
		token, err := library.CreateToken(w.ctx, c.User, c.ExpiresIn)
		if err != nil {
			return err
		}
		return json.NewEncoder(w.stdout).Encode(token) //nolint:gosec // printing the token is what this is for
	})
}

type tokenRevokeCommand struct {
	librarySettings
	JSON  bool   `name:"json" help:"Print {\"revoked\":true}."`
	Token string `arg:"" optional:"" help:"The token."`
	User  string `help:"Revoke all tokens of this person, by id or e-mail." placeholder:"ID|EMAIL"`
}

// Help is the longer help.
func (tokenRevokeCommand) Help() string {
	return `A revoked token stops with the next request, on every node.

Examples:

    lectern token revoke 0pXbq7…
    lectern token revoke --user ada@school.test`
}

// Validate is kong's: it wants one of the two ways to say what is revoked.
func (c *tokenRevokeCommand) Validate() error {
	if (c.Token == "") == (c.User == "") {
		return errors.New("name either a token, or the person whose tokens are revoked by --user")
	}
	return nil
}

// Run revokes the token or the tokens.
func (c *tokenRevokeCommand) Run(w *world) error {
	return withLibrary(w, app.OpenConsole, c.librarySettings, func(library *app.Console) error {
		sentence := "The token is revoked."
		var err error
		if c.User == "" {
			err = library.RevokeToken(w.ctx, c.Token)
		} else {
			sentence = fmt.Sprintf("All tokens of %s are revoked.", c.User)
			err = library.RevokeTokensOf(w.ctx, c.User)
		}
		if err != nil {
			return err
		}
		if c.JSON {
			sentence = `{"revoked":true}`
		}
		return printLine(w, sentence)
	})
}
