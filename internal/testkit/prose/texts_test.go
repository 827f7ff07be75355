package prose

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// root is the folder of the module, as seen from this package.
const root = "../../.."

// pending is the files and folders that still have phrases. A folder ends in "/".
var pending = []string{}

// TestTexts_HaveNoneOfThePhrases reads what people read, except the help of the command line,
// which package main checks as it is printed, and docs/contract, whose wording is given.
func TestTexts_HaveNoneOfThePhrases(t *testing.T) {
	t.Parallel()
	all := phrases(t)
	open := map[string]bool{}
	for _, text := range slices.Concat(documents(t), targets(t), sources(t)) {
		for _, f := range Find(all, text.text) {
			if i := slices.IndexFunc(pending, func(p string) bool {
				return text.file == p || strings.HasSuffix(p, "/") && strings.HasPrefix(text.file, p)
			}); i >= 0 {
				open[pending[i]] = true
				continue
			}
			t.Errorf("%s:%d: %q: write %s", text.file, text.line(f.Line), f.Excerpt, f.Phrase.Instead)
		}
	}
	for _, p := range pending {
		if !open[p] {
			t.Errorf("%s has no phrases left: remove it from the list of pending files", p)
		}
	}
}

// passage is a text of a file.
type passage struct {
	file string // below root
	text string
	// lines is the line of the file on which each line of text is; the last holds for those
	// that follow it.
	lines []int
}

func (p passage) line(of int) int {
	if of < len(p.lines) {
		return p.lines[of]
	}
	return p.lines[len(p.lines)-1] + of - len(p.lines) + 1
}

// files returns the files below root that a test of their path accepts.
func files(t *testing.T, accept func(path string) bool) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		path = filepath.ToSlash(strings.TrimPrefix(path, root+"/"))
		switch name := entry.Name(); {
		case entry.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "vendored" || name == "bin"):
			return filepath.SkipDir
		case !entry.IsDir() && accept(path):
			found = append(found, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Fatal("no file was found: the test looks in the wrong place")
	}
	return found
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// documents returns the texts that are read as they are: documents, the API's description, the
// pages and their scripts.
func documents(t *testing.T) []passage {
	t.Helper()
	var passages []passage
	for _, path := range files(t, func(path string) bool {
		switch filepath.Ext(path) {
		case ".md":
			return !strings.HasPrefix(path, "docs/contract/")
		case ".yaml":
			return path == "api/studio.yaml"
		case ".html", ".js":
			return strings.HasPrefix(path, "internal/web/templates/") || strings.HasPrefix(path, "internal/web/page/")
		}
		return false
	}) {
		passages = append(passages, passage{file: path, text: read(t, path), lines: []int{1}})
	}
	return passages
}

// targets returns what "make help" says of each target.
func targets(t *testing.T) []passage {
	t.Helper()
	var passages []passage
	for i, line := range strings.Split(read(t, "Makefile"), "\n") {
		if _, help, found := strings.Cut(line, ": "); found && !strings.HasPrefix(line, "\t") {
			if _, help, found = strings.Cut(help, "## "); found {
				passages = append(passages, passage{file: "Makefile", text: help, lines: []int{i + 1}})
			}
		}
	}
	if len(passages) < 10 {
		t.Fatalf("the Makefile has the help of %d targets: the test looks for it in the wrong way", len(passages))
	}
	return passages
}

// sources returns the strings of the product, package comments, and the comments on exported
// names.
func sources(t *testing.T) []passage {
	t.Helper()
	var passages []passage
	for _, path := range files(t, func(path string) bool {
		return strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") &&
			!strings.HasSuffix(path, "_gen.go") && !strings.HasPrefix(path, "internal/store/dbq/")
	}) {
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, read(t, path), parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		c := &collector{path: path, set: set, joined: map[ast.Node]bool{}}
		c.comment(file.Doc)
		for _, decl := range file.Decls {
			c.declaration(decl)
		}
		ast.Inspect(file, c.visit)
		passages = append(passages, c.passages...)
	}
	return passages
}

// collector gathers the texts of one Go file.
type collector struct {
	path     string
	set      *token.FileSet
	joined   map[ast.Node]bool // strings that were taken as part of a longer one
	passages []passage
}

func (c *collector) comment(groups ...*ast.CommentGroup) {
	for _, group := range groups {
		if group == nil {
			continue
		}
		var lines []string
		for _, comment := range group.List {
			lines = append(lines, comment.Text)
		}
		c.passages = append(c.passages, passage{
			file: c.path, text: strings.Join(lines, "\n"), lines: []int{c.set.Position(group.Pos()).Line},
		})
	}
}

// declaration takes the comments of what a declaration exports.
func (c *collector) declaration(decl ast.Decl) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() {
			c.comment(d.Doc)
		}
	case *ast.GenDecl:
		exported := false
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() {
					exported = true
					c.comment(s.Doc, s.Comment)
					c.members(s.Type)
				}
			case *ast.ValueSpec:
				if slices.ContainsFunc(s.Names, (*ast.Ident).IsExported) {
					exported = true
					c.comment(s.Doc, s.Comment)
				}
			}
		}
		if exported {
			c.comment(d.Doc)
		}
	}
}

// members takes the comments on the fields and methods of a type.
func (c *collector) members(of ast.Expr) {
	var fields *ast.FieldList
	switch typ := of.(type) {
	case *ast.StructType:
		fields = typ.Fields
	case *ast.InterfaceType:
		fields = typ.Methods
	default:
		return
	}
	for _, field := range fields.List {
		if len(field.Names) == 0 || slices.ContainsFunc(field.Names, (*ast.Ident).IsExported) {
			c.comment(field.Doc, field.Comment)
		}
	}
}

// visit takes strings. Strings that are joined by + are one text.
func (c *collector) visit(node ast.Node) bool {
	switch n := node.(type) {
	case *ast.ImportSpec:
		return false
	case *ast.BinaryExpr:
		if n.Op == token.ADD && !c.joined[n] {
			c.take(c.operands(n))
		}
	case *ast.BasicLit:
		if n.Kind == token.STRING && !c.joined[n] {
			c.take([]*ast.BasicLit{n})
		}
	}
	return true
}

// operands returns the strings of a sum in their order. Other operands are left out.
func (c *collector) operands(expr ast.Expr) []*ast.BasicLit {
	switch e := expr.(type) {
	case *ast.BinaryExpr:
		c.joined[e] = true
		return append(c.operands(e.X), c.operands(e.Y)...)
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			c.joined[e] = true
			return []*ast.BasicLit{e}
		}
	}
	return nil
}

func (c *collector) take(literals []*ast.BasicLit) {
	p := passage{file: c.path}
	for i, literal := range literals {
		text, err := strconv.Unquote(literal.Value)
		if err != nil {
			continue
		}
		line := c.set.Position(literal.Pos()).Line
		if i > 0 && strings.Contains(p.text, "\n") || len(p.lines) == 0 {
			p.lines = append(p.lines, line)
		}
		p.text += text
	}
	if strings.Contains(p.text, " ") {
		c.passages = append(c.passages, p)
	}
}
