package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/lectern-media/lectern/internal/operator"
)

type tokenCommand struct {
	Create tokenCreateCommand `cmd:"" help:"Create an access token that acts as a person."`
	List   tokenListCommand   `cmd:"" help:"List access tokens and when they were last used."`
	Revoke tokenRevokeCommand `cmd:"" help:"Revoke an access token, or all tokens of a person."`
}

type tokenCreateCommand struct {
	librarySettings
	User      string        `required:"" help:"The person, by id or e-mail." placeholder:"ID|EMAIL"`
	Name      string        `help:"Name of the token in the list." placeholder:"NAME"`
	ExpiresIn time.Duration `help:"How long the token is valid." default:"${token_life}"`
}

// Help is the longer help.
func (tokenCreateCommand) Help() string {
	return `Prints {"access_token","token_type":"Bearer","expires_in","created_at"}, the times in seconds. The token is shown only this once; Lectern stores a hash of it.

Examples:

    lectern token create --user ada@school.test
    lectern token create --user 7 --name "nightly export" --expires-in 720h`
}

// Run creates the token.
func (c *tokenCreateCommand) Run(w *world) error {
	return withLibrary(w, operator.Open, c.library(w), func(library *operator.Console) error {
		token, err := library.CreateToken(w.ctx, c.User, c.Name, c.ExpiresIn)
		if err != nil {
			return err
		}
		return json.NewEncoder(w.stdout).Encode(token) //nolint:gosec // printing the token is what this is for
	})
}

type tokenListCommand struct {
	librarySettings
	JSON bool   `name:"json" help:"Print {\"tokens\":[…]}."`
	User string `help:"List only the tokens of this person, by id or e-mail." placeholder:"ID|EMAIL"`
}

// Help is the longer help.
func (tokenListCommand) Help() string {
	return `Lists tokens by id, expired ones included. The last use is exact to a few minutes. The tokens themselves are not stored and cannot be shown; revoke a token by its id.

Examples:

    lectern token list --data /var/lib/lectern
    lectern token list --user ada@school.test --json`
}

// Run lists the tokens.
func (c *tokenListCommand) Run(w *world) error {
	return withLibrary(w, operator.Read, c.library(w), func(library *operator.Console) error {
		tokens, err := library.Tokens(w.ctx, c.User)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(w.stdout).Encode(map[string][]operator.ListedToken{"tokens": tokens})
		}
		rows := [][]string{{"ID", "USER", "PERSON", "NAME", "EXPIRES", "LAST USED"}}
		for _, token := range tokens {
			name, used := "-", "never"
			if token.Name != nil {
				name = *token.Name
			}
			if token.LastUsedAt != nil {
				used = token.LastUsedAt.Format(time.RFC3339)
			}
			rows = append(rows, []string{
				strconv.FormatInt(token.ID, 10), strconv.FormatInt(token.UserID, 10), token.FullName, name,
				token.ExpiresAt.Format(time.RFC3339), used,
			})
		}
		return printTable(w.stdout, rows)
	})
}

type tokenRevokeCommand struct {
	librarySettings
	JSON  bool   `name:"json" help:"Print {\"revoked\":true}."`
	Token string `arg:"" optional:"" help:"The token, or its id, or - to read the token from standard input."`
	User  string `help:"Revoke all tokens of this person, by id or e-mail." placeholder:"ID|EMAIL"`
}

// Help is the longer help.
func (tokenRevokeCommand) Help() string {
	return `A revoked token is rejected from the next request on, by every node. Other users of the machine can see arguments, and shells store them, so pass the token on standard input, or use its id.

Examples:

    lectern token revoke 17
    lectern token revoke - < token.txt
    lectern token revoke --user ada@school.test`
}

// Validate is kong's: it wants one of the two ways to say what is revoked.
func (c *tokenRevokeCommand) Validate() error {
	if (c.Token == "") == (c.User == "") {
		return errors.New("give either a token, or a person with --user to revoke all of their tokens")
	}
	return nil
}

// token is what names the token.
func (c *tokenRevokeCommand) token(w *world) (string, error) {
	if c.Token != "-" {
		return c.Token, nil
	}
	const longest = 4096 // bytes; a token has 64
	text, err := io.ReadAll(io.LimitReader(w.stdin, longest))
	if err != nil {
		return "", err
	}
	token := strings.TrimSpace(string(text))
	if token == "" {
		return "", &usageError{errors.New("there is no token on standard input")}
	}
	return token, nil
}

// Run revokes the token or the tokens.
func (c *tokenRevokeCommand) Run(w *world) error {
	return withLibrary(w, operator.Open, c.library(w), func(library *operator.Console) error {
		sentence := "Revoked the token."
		var err error
		if c.User == "" {
			var named string
			if named, err = c.token(w); err == nil {
				err = library.RevokeToken(w.ctx, named)
			}
		} else {
			sentence = fmt.Sprintf("Revoked all tokens of %s.", c.User)
			err = library.RevokeTokensOf(w.ctx, c.User)
		}
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(w.stdout).Encode(map[string]bool{"revoked": true})
		}
		return printLine(w, sentence)
	})
}
