package testkit

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What runs under the race detector is named in script/race-tests, which also says what
// belongs there. Nothing drops out of it by a new name, and no test that starts goroutines
// is forgotten.
func TestRaceTests(t *testing.T) {
	t.Parallel()
	const root = "../.."
	run, not := readRaceTests(t, filepath.Join(root, "script/race-tests"))
	for _, dir := range goFolders(t, root) {
		tests, code := readFolder(t, filepath.Join(root, dir))
		for _, pattern := range slices.Concat(run[dir], not[dir]) {
			if !slices.ContainsFunc(slices.Collect(maps.Keys(tests)), func(name string) bool { return fits(pattern, name) }) {
				t.Errorf("script/race-tests: %s has no test %s", dir, pattern)
			}
		}
		listed := func(list []string, name string) bool {
			return slices.ContainsFunc(list, func(pattern string) bool { return fits(pattern, name) })
		}
		for name, starts := range tests {
			is, isNot := listed(slices.Concat(slices.Collect(maps.Values(run))...), name), listed(not[dir], name)
			switch {
			case run[dir] != nil && is && isNot:
				t.Errorf("script/race-tests: %s of %s is both run and not", name, dir)
			case starts && !isNot && !listed(run[dir], name):
				t.Errorf("script/race-tests: %s of %s starts goroutines and is on neither list", name, dir)
			}
		}
		// The code of these two is ours, and not the product's.
		ours := strings.HasPrefix(dir, "internal/testkit") || strings.HasPrefix(dir, "script")
		if code && !ours && run[dir] == nil && not[dir] == nil {
			t.Errorf("script/race-tests: the code of %s starts goroutines, and no test of it is on either list", dir)
		}
		delete(run, dir)
		delete(not, dir)
	}
	if len(run)+len(not) > 0 {
		t.Errorf("script/race-tests: no such packages: %v %v", run, not)
	}
}

// readRaceTests returns the patterns of each package: those that are run, and those that
// are not, for a reason.
func readRaceTests(t *testing.T, path string) (run, not map[string][]string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	run, not = make(map[string][]string), make(map[string][]string)
	for n, line := range strings.Split(string(text), "\n") {
		line, reason, reasoned := strings.Cut(line, " : ")
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || strings.HasPrefix(line, "#"):
		case len(words) > 2 && words[0] == "run" && !reasoned:
			run[words[1]] = append(run[words[1]], words[2:]...)
		case len(words) > 2 && words[0] == "not" && reason != "":
			not[words[1]] = append(not[words[1]], words[2:]...)
		default:
			t.Fatalf("%s:%d: neither 'run PACKAGE NAME…' nor 'not PACKAGE NAME… : REASON'", path, n+1)
		}
	}
	return run, not
}

func fits(pattern, name string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(name, prefix)
	}
	return pattern == name
}

// goFolders returns the folders below root that have Go files of this module.
func goFolders(t *testing.T, root string) (folders []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !entry.IsDir() {
			return nil
		}
		if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil && path != root {
			return filepath.SkipDir
		}
		if name := entry.Name(); path != root && (strings.HasPrefix(name, ".") || name == "testdata") {
			return filepath.SkipDir
		}
		if files, _ := filepath.Glob(filepath.Join(path, "*.go")); len(files) > 0 {
			folder, err := filepath.Rel(root, path)
			folders = append(folders, folder)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return folders
}

// readFolder returns the tests of a package and whether each starts goroutines, itself or
// by a function of its package's tests; and whether the package's code does, or guards
// memory that goroutines share.
func readFolder(t *testing.T, folder string) (tests map[string]bool, code bool) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	functions := make(map[string]*function)
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(path, "_test.go") {
			code = code || sharesMemory(file)
			continue
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				functions[f.Name.Name] = functions[f.Name.Name].with(f)
			}
		}
	}
	spread(functions)
	tests = make(map[string]bool)
	for name, f := range functions {
		if strings.HasPrefix(name, "Test") && name != "TestMain" {
			tests[name] = f.starts
		}
	}
	return tests, code
}

// A function of tests: whether it starts goroutines, and the names that it says.
type function struct {
	starts bool
	says   map[string]bool
}

// with adds a declaration. Methods of one name count as one function, so that what is
// called by it is found without types.
func (f *function) with(d *ast.FuncDecl) *function {
	if f == nil {
		f = &function{says: make(map[string]bool)}
	}
	f.starts = f.starts || startsGoroutines(d)
	ast.Inspect(d, func(n ast.Node) bool {
		if name, ok := n.(*ast.Ident); ok {
			f.says[name.Name] = true
		}
		return true
	})
	return f
}

// spread marks the callers of a function that starts goroutines as starting them too.
func spread(functions map[string]*function) {
	for changed := true; changed; {
		changed = false
		for _, f := range functions {
			for name := range f.says {
				if called := functions[name]; !f.starts && called != nil && called.starts {
					f.starts, changed = true, true
				}
			}
		}
	}
}

// startsGoroutines finds go statements, and calls of Go as sync.WaitGroup has it.
func startsGoroutines(in ast.Node) (found bool) {
	ast.Inspect(in, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = true
		case *ast.CallExpr:
			method, ok := n.Fun.(*ast.SelectorExpr)
			found = found || ok && method.Sel.Name == "Go"
		}
		return !found
	})
	return found
}

func sharesMemory(file *ast.File) bool {
	return startsGoroutines(file) || slices.ContainsFunc(file.Imports, func(i *ast.ImportSpec) bool {
		path, err := strconv.Unquote(i.Path.Value)
		return err == nil && (path == "sync" || path == "sync/atomic")
	})
}
