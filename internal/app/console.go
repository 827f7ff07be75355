package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/lectern-media/lectern/internal/fixture"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/studioapi"
	"github.com/lectern-media/lectern/internal/work"
)

// Console is the operator's access to a library: what the command line does beside
// serving. A server may run on the same library meanwhile; what is changed here, it
// says in its next answer.
type Console struct {
	library *library.Library
	store   *store.Store
}

// OpenConsole opens the library that the options name. A folder without a library is
// refused: it is the wrong one more often than a new one.
func OpenConsole(ctx context.Context, o Options) (*Console, error) {
	o, err := o.absolute()
	if err != nil {
		return nil, err
	}
	if path, isFile := o.databaseURL().sqlitePath(); isFile {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no library at %s", path)
		}
	}
	return OpenOrCreateConsole(ctx, o)
}

// OpenOrCreateConsole opens the library that the options name, and makes it where
// there is none.
func OpenOrCreateConsole(ctx context.Context, o Options) (*Console, error) {
	if err := optionsError(o.validateLibrary()); err != nil {
		return nil, err
	}
	o, err := o.absolute()
	if err != nil {
		return nil, err
	}
	log, err := o.logger()
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, store.Options{URL: string(o.databaseURL()), Logger: log})
	if err != nil {
		return nil, err
	}
	return &Console{library: library.New(s, o.Clock), store: s}, nil
}

// Close ends the access.
func (c *Console) Close() error { return c.store.Close() }

// User is a person of the library.
type User = library.User

// FindUser finds a person by id or e-mail.
func (c *Console) FindUser(ctx context.Context, who string) (User, error) {
	if strings.Contains(who, "@") {
		return c.library.UserByEmail(ctx, library.Operator(), who)
	}
	id, err := strconv.ParseInt(who, 10, 64)
	if err != nil || id < 1 {
		return User{}, library.Invalid("user", "%q is neither an id nor an e-mail address", who)
	}
	return c.library.User(ctx, library.Operator(), library.UserID(id))
}

// Users returns all people, the deactivated too, by id.
func (c *Console) Users(ctx context.Context) ([]User, error) {
	return c.library.Users(ctx, library.Operator())
}

// UsersJSON is {"users":[…]} with people as the API writes them.
func UsersJSON(users []User) []byte { return studioapi.AppendUsers(nil, users) }

// UserJSON is {"user":…} with a person as the API writes them.
func UserJSON(user User) []byte { return studioapi.AppendUser(nil, user) }

// NewUser is a person to be made, as the operator says it.
type NewUser struct {
	FullName    string
	DisplayName string   // empty: the full name
	Email       string   // empty: none
	Roles       []string // none: Student
}

// CreateUser makes a person.
func (c *Console) CreateUser(ctx context.Context, n NewUser) (User, error) {
	wanted := library.NewUser{FullName: n.FullName, DisplayName: n.DisplayName, Email: n.Email}
	if len(n.Roles) > 0 {
		var roles library.Roles
		for _, name := range n.Roles {
			role, err := library.ParseRole(name)
			if err != nil {
				return User{}, err
			}
			roles = roles.With(role)
		}
		wanted.Roles = &roles
	}
	var made User
	err := c.change(ctx, func(change *library.Change) (err error) {
		made, err = change.CreateUser(ctx, wanted)
		return err
	})
	return made, err
}

// SetActive deactivates a person or takes them back, and returns them as they now are.
func (c *Console) SetActive(ctx context.Context, who string, active bool) (User, error) {
	user, err := c.FindUser(ctx, who)
	if err != nil {
		return User{}, err
	}
	err = c.change(ctx, func(change *library.Change) error { return change.SetActive(ctx, user.ID, active) })
	if err != nil {
		return User{}, err
	}
	return c.library.User(ctx, library.Operator(), user.ID)
}

// DeleteUser ends a person and returns who they were. What they own goes to the new
// owner where one is named, or with them; where neither is said, owning anything is
// an error.
func (c *Console) DeleteUser(ctx context.Context, who, newOwner string, withMedia bool) (User, error) {
	user, err := c.FindUser(ctx, who)
	if err != nil {
		return User{}, err
	}
	disposal := library.Disposal{WithMedia: withMedia}
	if newOwner != "" {
		heir, err := c.FindUser(ctx, newOwner)
		if err != nil {
			return User{}, err
		}
		disposal.NewOwner = heir.ID
	}
	return user, c.change(ctx, func(change *library.Change) error { return change.DeleteUser(ctx, user.ID, disposal) })
}

// Token is a new access token, as OAuth writes it.
type Token struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"` // Bearer
	ExpiresIn   int64  `json:"expires_in"` // seconds
	CreatedAt   int64  `json:"created_at"` // unix seconds
}

// TokenLife is how long an access token lives unless asked otherwise.
const TokenLife = library.AccessTokenLife

// CreateToken makes an access token that acts as a person.
func (c *Console) CreateToken(ctx context.Context, who string, life time.Duration) (Token, error) {
	user, err := c.FindUser(ctx, who)
	if err != nil {
		return Token{}, err
	}
	var token Token
	err = c.change(ctx, func(change *library.Change) error {
		secret, kept, err := change.CreateToken(ctx, user.ID, life)
		token = Token{
			AccessToken: secret, TokenType: "Bearer",
			ExpiresIn: int64(kept.ExpiresAt.Sub(kept.CreatedAt) / time.Second), CreatedAt: kept.CreatedAt.Unix(),
		}
		return err
	})
	return token, err
}

// RevokeToken ends a token.
func (c *Console) RevokeToken(ctx context.Context, secret string) error {
	return c.change(ctx, func(change *library.Change) error { return change.RevokeToken(ctx, secret) })
}

// RevokeTokensOf ends all tokens of a person.
func (c *Console) RevokeTokensOf(ctx context.Context, who string) error {
	user, err := c.FindUser(ctx, who)
	if err != nil {
		return err
	}
	return c.change(ctx, func(change *library.Change) error { return change.RevokeTokensOf(ctx, user.ID) })
}

// CaptionService is a captioning service as the operator sees it.
type CaptionService struct {
	Name      string     `json:"name"`
	CreatedAt time.Time  `json:"created_at"` // of its key
	RevokedAt *time.Time `json:"revoked_at"` // null while the key is good
}

// NewCaptionService is a captioning service with its key, which is not kept.
type NewCaptionService struct {
	CaptionService
	Key string `json:"key"`
}

func toCaptionService(s library.CaptionService) CaptionService {
	return CaptionService{Name: s.Name, CreatedAt: s.CreatedAt, RevokedAt: s.RevokedAt}
}

// CreateCaptionService makes a captioning service, or gives a revoked one a new key.
func (c *Console) CreateCaptionService(ctx context.Context, name string) (NewCaptionService, error) {
	var made NewCaptionService
	err := c.change(ctx, func(change *library.Change) error {
		key, service, err := change.CreateCaptionService(ctx, name)
		made = NewCaptionService{CaptionService: toCaptionService(service), Key: key}
		return err
	})
	return made, err
}

// CaptionServices returns all captioning services, the revoked too, by id.
func (c *Console) CaptionServices(ctx context.Context) ([]CaptionService, error) {
	found, err := c.library.CaptionServices(ctx, library.Operator())
	services := make([]CaptionService, len(found))
	for i, s := range found {
		services[i] = toCaptionService(s)
	}
	return services, err
}

// RevokeCaptionService ends a captioning service's key.
func (c *Console) RevokeCaptionService(ctx context.Context, name string) (CaptionService, error) {
	var revoked CaptionService
	err := c.change(ctx, func(change *library.Change) error {
		service, err := change.RevokeCaptionService(ctx, name)
		revoked = toCaptionService(service)
		return err
	})
	return revoked, err
}

// Loaded says which id each key of a fixture got.
type Loaded = fixture.Result

// Load reads a fixture and puts all of it into the library, or nothing.
func (c *Console) Load(ctx context.Context, from io.Reader) (Loaded, error) {
	return c.load(ctx, from, func(f fixture.Fixture) (Loaded, error) { return fixture.Load(ctx, c.library, f) })
}

// LoadWithTokens is Load, and makes an access token for each user of the fixture.
func (c *Console) LoadWithTokens(ctx context.Context, from io.Reader, life time.Duration) (Loaded, error) {
	return c.load(ctx, from, func(f fixture.Fixture) (Loaded, error) {
		return fixture.LoadWithTokens(ctx, c.library, f, life)
	})
}

// manyMedia is from how many media on a fixture changes what the database should know
// of its tables. Counting costs a large library seconds, for which a small one is not
// worth it.
const manyMedia = 1000

func (c *Console) load(
	ctx context.Context, from io.Reader, put func(fixture.Fixture) (Loaded, error),
) (Loaded, error) {
	f, err := fixture.Read(from)
	if err != nil {
		return Loaded{}, err
	}
	loaded, err := put(f)
	if err == nil && len(loaded.Media) >= manyMedia {
		err = c.store.Analyze(ctx)
	}
	return loaded, err
}

// SeedPlan says how large a library Seed makes, and in which shape.
type SeedPlan = store.SeedPlan

// Seed fills an empty library. progress, where not nil, is told how many rows of how
// many are written.
func (c *Console) Seed(ctx context.Context, plan SeedPlan, progress func(done, total int64)) error {
	return c.store.Seed(ctx, plan, progress)
}

func (c *Console) change(ctx context.Context, fn func(*library.Change) error) error {
	return c.library.Change(ctx, library.Operator(), fn)
}

// Refusal says whether an error is an answer rather than a failure: what was asked
// for is not there, makes no sense, or is against the library's rules. If so, it
// returns the sentence that says what was wrong.
func Refusal(err error) (sentence string, refused bool) {
	if mistakes, ok := errors.AsType[fixture.Error](err); ok {
		return mistakes.Error(), true
	}
	if e, ok := errors.AsType[*library.Error](err); ok && e.Kind != library.KindInternal {
		return e.Message, true
	}
	if e, ok := errors.AsType[*work.StorageError](err); ok {
		return e.Sentence, true
	}
	return "", false
}
