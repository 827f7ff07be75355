package rivals

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	_ "github.com/pocketbase/pocketbase/migrations" // PocketBase's own tables

	"github.com/lectern-media/lectern/internal/library"
)

// A Way is one of the ways to say in PocketBase which media a person reaches. All
// answer by PocketBase's own list API, with the total, in Lectern's order.
type Way struct {
	Name       string
	collection string
	query      string // what to add to the page's number
}

// Ways are those that are tried; the fastest is PocketBase's entry.
var Ways = []Way{
	{"API rules over relations", "media", "&sort=-created_at,-id&expand=owner"},
	{"SQL view", "reachable", "&sort=-created_at,-media"},
	{"denormalised grants", "grants", "&sort=-created_at,-media&expand=media.owner"},
	{"SQL view over denormalised grants", "granted", "&sort=-created_at,-media"},
}

// AppendPath appends where the way lists a page.
func (w Way) AppendPath(buf []byte, page, size int64) []byte {
	buf = append(buf, "/api/collections/"...)
	buf = append(buf, w.collection...)
	buf = append(buf, "/records?skipTotal=false&page="...)
	buf = strconv.AppendInt(buf, page, 10)
	buf = append(buf, "&perPage="...)
	buf = strconv.AppendInt(buf, size, 10)
	return append(buf, w.query...)
}

func servePocketBase(ctx context.Context, folder string) error {
	listener, err := listen(ctx)
	if err != nil {
		return err
	}
	app, err := openPocketBase(folder)
	if err != nil {
		return err
	}
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		e.Listener = listener
		e.InstallerFunc = nil // it would open a browser
		announce(listener.Addr())
		return e.Next()
	})
	done := make(chan error, 1)
	go func() { done <- apis.Serve(app, apis.ServeConfig{}) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return app.ResetBootstrapState()
	}
}

// openPocketBase opens a PocketBase that keeps no log of its requests, which by
// default it writes to a second database: nobody else here does.
func openPocketBase(folder string) (*core.BaseApp, error) {
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: folder})
	if err := app.Bootstrap(); err != nil {
		return nil, err
	}
	if err := app.RunAllMigrations(); err != nil {
		return nil, err
	}
	app.Settings().Logs.MaxDays = 0
	return app, app.Save(app.Settings())
}

// FillPocketBase makes a PocketBase in an empty folder with the people, media and
// shares of a Lectern library in an SQLite file, and returns an access token for each
// of the people asked for.
func FillPocketBase(
	ctx context.Context, folder, file string, people []library.UserID,
) (tokens map[library.UserID]string, err error) {
	app, err := openPocketBase(folder)
	if err != nil {
		return nil, err
	}
	defer func() {
		if e := app.ResetBootstrapState(); err == nil {
			err = e
		}
	}()
	if err := makeCollections(app); err != nil {
		return nil, fmt.Errorf("make PocketBase's collections: %w", err)
	}
	if err := copyLibrary(ctx, folder, file); err != nil {
		return nil, fmt.Errorf("copy the library into PocketBase: %w", err)
	}
	tokens = make(map[library.UserID]string, len(people))
	for _, id := range people {
		record, err := app.FindRecordById("users", recordID(id))
		if err != nil {
			return nil, fmt.Errorf("person %d in PocketBase: %w", id, err)
		}
		if tokens[id], err = record.NewStaticAuthToken(24 * time.Hour); err != nil {
			return nil, err
		}
	}
	return tokens, nil
}

// recordID is PocketBase's id for what has this id in the library: as long as
// PocketBase's own, and of the same order.
func recordID(id library.UserID) string { return fmt.Sprintf("%0*d", idLength, id) }

const idLength = 15

// asRecordID is recordID in SQL, and empty, as in PocketBase, where there is no id.
func asRecordID(column string) string {
	return strings.ReplaceAll("CASE WHEN # IS NULL THEN '' ELSE printf('%015d', #) END", "#", column)
}
