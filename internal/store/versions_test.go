package store

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/seed"
	"github.com/lectern-media/lectern/internal/store/dbq"
	"github.com/lectern-media/lectern/internal/testkit"
)

func TestDrawStep(t *testing.T) {
	t.Parallel()
	drawn := map[int64]bool{}
	for range 1000 {
		step := drawStep()
		if step < 1 || step > 1<<32 {
			t.Fatalf("the step is %d", step)
		}
		drawn[step] = true
	}
	if len(drawn) < 990 { // two of a thousand are the same once in 8,600 runs
		t.Errorf("only %d of 1000 steps differ", len(drawn))
	}
}

// unversioned is the queries that change rows with a version in what no list or row that is
// remembered shows.
var unversioned = map[string]bool{
	"SetDeactivated": true, "FoldTitle": true, "SetTitleRule": true, "SetEmailKey": true,
}

var (
	insertsVersioned = regexp.MustCompile(`(?is)INSERT INTO (?:users|groups|collections|media) *\(([^)]*)\)`)
	updatesVersioned = regexp.MustCompile(`(?is)UPDATE (?:users|groups|collections|media) .*`)
	anyStep          = regexp.MustCompile(`(?i)version\s*=\s*(?:\w+\.)?version\s*\+[^,\n]*|\bSET\b[^;]*\bversion\s*=\s*\d+`)
)

const drawnStep = "version = version + sqlc.arg('step')::bigint"

// Every statement that makes or changes a row with a version uses the transaction's step: a
// step that two timelines have in common leads both to the same version.
func TestVersions_EveryQueryTakesTheStep(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("queries/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	steps := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, query := range strings.Split(string(text), "-- name: ")[1:] {
			name, _, _ := strings.Cut(query, " ")
			if into := insertsVersioned.FindStringSubmatch(query); into != nil && !strings.Contains(into[1], "version") {
				t.Errorf("%s: %s makes a row without a version", file, name)
			}
			if updatesVersioned.MatchString(query) && !strings.Contains(query, drawnStep) && !unversioned[name] {
				t.Errorf("%s: %s changes a row and not its version; write %q", file, name, drawnStep)
			}
			for _, step := range anyStep.FindAllString(query, -1) {
				steps++
				if !strings.HasPrefix(step, drawnStep) {
					t.Errorf("%s: %s raises a version by %q; write %q", file, name, step, drawnStep)
				}
			}
		}
	}
	if steps < 20 {
		t.Errorf("only %d queries raise a version", steps)
	}
}

// A migration that raises versions draws for each row, and gives them no default.
func TestVersions_EveryMigrationDraws(t *testing.T) {
	t.Parallel()
	defaults := regexp.MustCompile(`(?i)\bversion\b[^,;\n]*\bDEFAULT\s+\w+`)
	for _, pattern := range []string{"migrations/*.sql", "migrations/*/*.sql"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			if filepath.Base(file) < fmt.Sprintf("%05d", randomVersions) {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, step := range anyStep.FindAllString(string(text), -1) {
				if !strings.Contains(step, "random()") {
					t.Errorf("%s raises versions by %q", file, step)
				}
			}
			if found := defaults.FindString(string(text)); found != "" && !strings.Contains(found, "DROP DEFAULT") {
				t.Errorf("%s gives versions a default: %q", file, found)
			}
		}
	}
}

// The parameters of these queries are never left out: a step of 0 would change no version.
func TestVersions_EveryCallGivesTheStep(t *testing.T) {
	t.Parallel()
	needs := map[string]string{} // the field, by the type of the parameters
	eachNode(t, "dbq/*.go", func(_ *token.FileSet, node ast.Node) {
		spec, is := node.(*ast.TypeSpec)
		if !is || !strings.HasSuffix(spec.Name.Name, "Params") {
			return
		}
		if fields, is := spec.Type.(*ast.StructType); is {
			for _, field := range fields.Fields.List {
				if name := field.Names[0].Name; name == "Step" || name == "Version" {
					needs[spec.Name.Name] = name
				}
			}
		}
	})
	calls := 0
	eachNode(t, "*.go", func(at *token.FileSet, node ast.Node) {
		literal, is := node.(*ast.CompositeLit)
		if !is {
			return
		}
		name, is := literal.Type.(*ast.SelectorExpr)
		if !is || needs[name.Sel.Name] == "" {
			return
		}
		calls++
		for _, element := range literal.Elts {
			pair, is := element.(*ast.KeyValueExpr)
			if !is {
				continue
			}
			key, _ := pair.Key.(*ast.Ident)
			value, _ := pair.Value.(*ast.SelectorExpr)
			if key != nil && key.Name == needs[name.Sel.Name] && value != nil && value.Sel.Name == "step" {
				return
			}
		}
		t.Errorf("%s: %s has no %s: t.step", at.Position(literal.Pos()), name.Sel.Name, needs[name.Sel.Name])
	})
	if len(needs) < 20 || calls < len(needs) {
		t.Errorf("%d queries take a step, and %d calls give one", len(needs), calls)
	}
}

// eachNode walks the Go files that are no tests.
func eachNode(t *testing.T, pattern string, visit func(*token.FileSet, ast.Node)) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		at := token.NewFileSet()
		file, err := parser.ParseFile(at, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			visit(at, node)
			return true
		})
	}
}

// withoutVersion are rows that lack nothing but a version.
var withoutVersion = map[string]string{
	"users":  "INSERT INTO users (id, uuid, full_name, display_name, created_at%s) VALUES (70, 'u-70', 'Ada', 'Ada', 1%s)",
	"groups": "INSERT INTO groups (id, name, created_at%s) VALUES (70, 'Physics', 1%s)",
	"collections": "INSERT INTO collections (id, type, name, owner_id, created_at%s) " +
		"VALUES (70, 'custom', 'Optics', 1, 1%s)",
	"media": "INSERT INTO media (id, owner_id, home_collection_id, title, duration, size, source, state, " +
		"embed_id, created_at%s) VALUES (70, 1, 1, 'Lenses', 1, 1, 'upload', 'finished', '70', 1%s)",
}

func TestVersions_ARowWithoutOneIsRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s := open(t, url)
		seedOne(t, s)
		for table, row := range withoutVersion {
			insert := func(column, value string) error {
				return s.db.change(t.Context(), func(conn dbq.DBTX) error {
					_, err := conn.ExecContext(t.Context(), fmt.Sprintf(row, column, value))
					return err
				})
			}
			if err := insert("", ""); err == nil || !strings.Contains(strings.ToLower(err.Error()), "version") {
				t.Errorf("a row of %s without a version: %v", table, err)
			}
			if err := insert(", version", ", 5"); err != nil {
				t.Errorf("the same row with a version: %v", err)
			}
		}
	})
}

// seedOne makes a library of one person, who is 1 and owns collection 1.
func seedOne(t *testing.T, s *Store) {
	t.Helper()
	if err := seed.Make(t.Context(), s, seed.Plan{Users: 1}, nil); err != nil {
		t.Fatal(err)
	}
}

// versions returns the version of every row, by table and id.
func versions(t *testing.T, s *Store) map[string]int64 {
	t.Helper()
	found := map[string]int64{}
	for table := range versioned {
		query := "SELECT id, version FROM " + table
		err := eachRow(t.Context(), s.db.reads(), query, nil, func(row []int64) {
			found[fmt.Sprintf("%s %d", table, row[0])] = row[1]
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

func TestSeed_DrawsVersions(t *testing.T) {
	t.Parallel()
	plan := seed.Plan{Users: 3, Groups: 2, Collections: 2, Media: 4, Courses: 1}
	var before map[string]int64
	for range 2 {
		s := open(t, testkit.SQLiteURL(t))
		if err := seed.Make(t.Context(), s, plan, nil); err != nil {
			t.Fatal(err)
		}
		now := versions(t, s)
		if len(now) != 3+2+(3+2+1)+4 {
			t.Fatalf("the versions are %v", now)
		}
		for row, version := range now {
			if version == before[row] {
				t.Errorf("%s has the version %d in both libraries", row, version)
			}
		}
		before = now
	}
}

// Rows of the highest versions that there will ever be, of which two exceed 64 bits, are
// remembered and change like others.
func TestVersions_MayBeHuge(t *testing.T) {
	t.Parallel()
	for _, huge := range []int64{1<<62 - 1, 1 << 62, 1<<62 + 1<<33, 1<<63 - 1<<40} {
		t.Run(fmt.Sprint(huge), func(t *testing.T) {
			t.Parallel()
			testkit.OnEachDatabase(t, func(t *testing.T, url string) {
				ctx := t.Context()
				s := open(t, url)
				if err := seed.Make(ctx, s, seed.Plan{Users: 4, Groups: 4, Collections: 8, Media: 40, Courses: 2}, nil); err != nil {
					t.Fatal(err)
				}
				for table := range versioned {
					err := s.db.change(ctx, func(conn dbq.DBTX) error {
						_, err := conn.ExecContext(ctx, "UPDATE "+table+" SET version = $1 - id", huge)
						return err
					})
					if err != nil {
						t.Fatal(err)
					}
				}
				const user = 2
				page := library.Page{Number: 1, Size: 50}
				addUp := func() bool {
					known, _ := s.lists.people.GetIfPresent(user)
					ids, _ := known.page(page)
					_, missing, check := s.remembered(user, known, ids)
					unchanged, err := s.query().VersionsAddUpTo(ctx, check)
					if err != nil || len(missing) > 0 {
						t.Fatalf("%d rows are not remembered, %v", len(missing), err)
					}
					return unchanged
				}
				before, err := s.UserMedia(ctx, user, page)
				if err != nil || before.Total == 0 {
					t.Fatal(before.Total, err)
				}
				if !addUp() {
					t.Error("nothing has changed, and the versions do not add up")
				}
				err = library.New(s, nil).Change(ctx, library.Operator(), func(c *library.Change) error {
					_, err := c.ArchiveMedia(ctx, before.Items[0].ID)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				if addUp() {
					t.Error("a media item is archived, and the versions still add up")
				}
				after, err := s.UserMedia(ctx, user, page)
				if err != nil || after.Total != before.Total-1 {
					t.Errorf("%d media are listed after one of %d was archived, %v", after.Total, before.Total, err)
				}
			})
		})
	}
}

// A page of a list whose media the database does not have any more is read again: a node
// remembers the list, and not the rows.
func TestUserMedia_OfMediaThatAreLost(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		ctx := t.Context()
		s := open(t, url)
		seedOne(t, s)
		restore := testkit.Backup(t, url)
		lib := library.New(s, nil)
		err := lib.Change(ctx, library.Operator(), func(c *library.Change) error {
			_, err := c.CreateMedia(ctx, library.NewMedia{Owner: 1, Title: "Lenses", Source: library.SourceUpload, Status: library.Finished})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		page := library.Page{Number: 1, Size: 50}
		if list, err := s.UserMedia(ctx, 1, page); err != nil || list.Total != 1 {
			t.Fatalf("%d media are listed, %v", list.Total, err)
		}
		s.lists.rows.InvalidateAll()
		if err := restore(context.WithoutCancel(ctx)); err != nil {
			t.Fatal(err)
		}
		if list, err := s.UserMedia(ctx, 1, page); err != nil || list.Total != 0 {
			t.Errorf("%d media are listed after they were lost, %v", list.Total, err)
		}
	})
}
