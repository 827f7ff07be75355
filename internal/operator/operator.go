package operator

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/lectern-media/lectern/internal/fixture"
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/seed"
	"github.com/lectern-media/lectern/internal/settings"
	"github.com/lectern-media/lectern/internal/store"
)

// Options say which library the operator works on.
type Options struct {
	Place settings.Place
	Log   settings.Log
	Clock library.Clock // nil: the system's
}

func (o Options) validate() error { return settings.Join(o.Place.Validate(), o.Log.Validate()) }

// Console is how the operator works on a library: everything that the command line
// does except serving. A server may run on the same library at the same time; its next answer
// shows the changes.
type Console struct {
	library *library.Library
	store   *store.Store
	options Options
}

// Read opens the library that the options name to look at it: nothing is changed in
// it, not even its schema.
func Read(ctx context.Context, o Options) (*Console, error) {
	return open(ctx, o, store.Options{Schema: store.Current, ReadOnly: true})
}

// Open opens the library that the options name to change it. It must be there, and
// have this program's schema. A folder without a library is rejected: it is the wrong one
// more often than a new one.
func Open(ctx context.Context, o Options) (*Console, error) {
	return open(ctx, o, store.Options{Schema: store.Current})
}

// OpenOrCreate opens the library that the options name to change it, and creates it
// where there is none. No other process can open a library file that it created until it
// is closed, or removed by [Console.Discard].
func OpenOrCreate(ctx context.Context, o Options) (*Console, error) {
	return open(ctx, o, store.Options{Schema: store.Create})
}

// Migration is what migrating a library did.
type Migration = store.Migration

// Migrate brings the schema of the library that the options name up to date. A library in
// a file is copied to its own folder before.
func Migrate(ctx context.Context, o Options) (Migration, error) {
	if err := o.Place.MustHaveFile(); err != nil {
		return Migration{}, err
	}
	c, err := open(ctx, o, store.Options{Schema: store.Migrate})
	if err != nil {
		return Migration{}, err
	}
	return c.store.Migration(), c.Close()
}

func open(ctx context.Context, o Options, how store.Options) (*Console, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	var err error
	if o.Place, err = o.Place.Effective(); err != nil {
		return nil, err
	}
	if how.Schema == store.Current {
		if err := o.Place.MustHaveFile(); err != nil {
			return nil, err
		}
	}
	log, err := o.Log.Logger()
	if err != nil {
		return nil, err
	}
	how.URL, how.Logger = string(o.Place.Database), log
	s, err := store.Open(ctx, how)
	if err != nil {
		return nil, err
	}
	return &Console{library: library.New(s, o.Clock), store: s, options: o}, nil
}

// Close ends the access.
func (c *Console) Close() error { return c.store.Close() }

// Discard ends the access, and removes a library in a file that it created.
func (c *Console) Discard(ctx context.Context) error { return c.store.Discard(ctx) }

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

// UserEdit is what is to change of a person; nil leaves a field as it is.
type UserEdit = library.UserEdit

// EditUser changes a person's names and address, and returns them as they then are.
func (c *Console) EditUser(ctx context.Context, who string, e UserEdit) (User, error) {
	user, err := c.FindUser(ctx, who)
	if err != nil {
		return User{}, err
	}
	err = c.change(ctx, func(change *library.Change) (err error) {
		user, err = change.EditUser(ctx, user.ID, e)
		return err
	})
	return user, err
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

// CreateToken makes an access token that acts as a person. The name is for the list of
// tokens; empty: none.
func (c *Console) CreateToken(ctx context.Context, who, name string, life time.Duration) (Token, error) {
	user, err := c.FindUser(ctx, who)
	if err != nil {
		return Token{}, err
	}
	var token Token
	err = c.change(ctx, func(change *library.Change) error {
		secret, kept, err := change.CreateNamedToken(ctx, user.ID, name, life)
		token = Token{
			AccessToken: secret, TokenType: "Bearer",
			ExpiresIn: int64(kept.ExpiresAt.Sub(kept.CreatedAt) / time.Second), CreatedAt: kept.CreatedAt.Unix(),
		}
		return err
	})
	return token, err
}

// ListedToken is a token as the operator sees it. Its secret is not kept.
type ListedToken struct {
	ID         int64      `json:"id"`
	UserID     int64      `json:"user_id"`
	FullName   string     `json:"full_name"` // of the person
	Name       *string    `json:"name"`      // null without one
	CreatedAt  time.Time  `json:"created_at"`
	ExpiresAt  time.Time  `json:"expires_at"`
	LastUsedAt *time.Time `json:"last_used_at"` // exact to some minutes; null before the first use
}

// Tokens returns all tokens by id, the expired too, or those of one person where one is
// named.
func (c *Console) Tokens(ctx context.Context, who string) ([]ListedToken, error) {
	var only *library.UserID
	if who != "" {
		user, err := c.FindUser(ctx, who)
		if err != nil {
			return nil, err
		}
		only = &user.ID
	}
	found, err := c.library.Tokens(ctx, library.Operator(), only)
	tokens := make([]ListedToken, len(found))
	for i, t := range found {
		tokens[i] = ListedToken{
			ID: int64(t.ID), UserID: int64(t.User), FullName: t.FullName, Name: t.Name,
			CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt, LastUsedAt: t.LastUsedAt,
		}
	}
	return tokens, err
}

// RevokeToken ends a token, which is named by its secret or by its id.
func (c *Console) RevokeToken(ctx context.Context, secretOrID string) error {
	return c.change(ctx, func(change *library.Change) error {
		// No secret is read as an id: they are three times as long as the longest.
		if id, err := strconv.ParseInt(secretOrID, 10, 64); err == nil && id > 0 {
			return change.RevokeTokenByID(ctx, library.TokenID(id))
		}
		return change.RevokeToken(ctx, secretOrID)
	})
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
type SeedPlan = seed.Plan

// Seed fills an empty library. progress, if not nil, is called with the number of rows
// that are written, and of all.
func (c *Console) Seed(ctx context.Context, plan SeedPlan, progress func(done, total int64)) error {
	return seed.Make(ctx, c.store, plan, progress)
}

func (c *Console) change(ctx context.Context, fn func(*library.Change) error) error {
	return c.library.Change(ctx, library.Operator(), fn)
}

// Refusal says whether an error is an answer rather than a failure: the request is not there, makes no sense, or is against the library's rules. If so, it
// returns the sentence that says what was wrong.
func Refusal(err error) (sentence string, refused bool) {
	if mistakes, ok := errors.AsType[fixture.Error](err); ok {
		return mistakes.Error(), true
	}
	if mistakes, ok := errors.AsType[csvErrors](err); ok {
		return mistakes.Error(), true
	}
	if e, ok := errors.AsType[*library.Error](err); ok && e.Kind != library.KindInternal {
		return e.Message, true
	}
	if e, ok := errors.AsType[*holdings.StorageError](err); ok {
		return e.Sentence, true
	}
	if e, ok := errors.AsType[*holdings.ClockError](err); ok {
		return e.Error(), true
	}
	return "", false
}

// RefusalSentences is the sentences of a [Refusal], each to stand on a line of its own. A
// line feed within one comes from what somebody wrote and begins no other.
func RefusalSentences(err error) []string {
	if mistakes, ok := errors.AsType[fixture.Error](err); ok {
		sentences := make([]string, len(mistakes))
		for i, mistake := range mistakes {
			sentences[i] = mistake.String()
		}
		return sentences
	}
	if mistakes, ok := errors.AsType[csvErrors](err); ok {
		return mistakes
	}
	if sentence, refused := Refusal(err); refused {
		return []string{sentence}
	}
	return nil
}
