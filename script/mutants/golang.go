package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// supportGo is what the mutated code of a package calls. Each function does what the code did
// before, unless the environment names one of its mutants.
const supportGo = `package %s

import (
	"cmp"
	"os"
	"slices"
	"strconv"
)

var mutant, _ = strconv.Atoi(os.Getenv("LECTERN_MUTANT"))

func mutantNot(n int, v bool) bool { return v != (mutant == n) }

func mutantNever(n int, v bool) bool { return v && mutant != n }

func mutantPick[T any](n int, v, other T) T {
	if mutant == n {
		return other
	}
	return v
}

func mutantZero[T any](n int, v T) T {
	var zero T
	return mutantPick(n, v, zero)
}

func mutantKeep(n int) bool { return mutant != n }

func mutantAnd(n int, a, b func() bool) bool {
	switch mutant {
	case n:
		return a() || b()
	case n + 1:
		return a()
	case n + 2:
		return b()
	}
	return a() && b()
}

func mutantOr(n int, a, b func() bool) bool {
	switch mutant {
	case n:
		return a() && b()
	case n + 1:
		return a()
	case n + 2:
		return b()
	}
	return a() || b()
}

func mutantLess[T cmp.Ordered](n int, a, b T) bool {
	switch mutant {
	case n:
		return a <= b
	case n + 1:
		return a >= b
	}
	return a < b
}

func mutantLessEqual[T cmp.Ordered](n int, a, b T) bool {
	switch mutant {
	case n:
		return a < b
	case n + 1:
		return a > b
	}
	return a <= b
}

func mutantMin[T cmp.Ordered](n int, vs ...T) T {
	if mutant == n {
		return slices.Max(vs)
	}
	return slices.Min(vs)
}

func mutantMax[T cmp.Ordered](n int, vs ...T) T {
	if mutant == n {
		return slices.Min(vs)
	}
	return slices.Max(vs)
}
`

// constants are those that decide something, by their types, and at the end of each list a
// value that is none of them.
var constants = [][]string{
	{"NoPermission", "Access", "View", "Edit", "Owner", "99"},
	{"Admin", "SubaccountAdmin", "Teacher", "Student", "Observer", "7"},
	{"WayOwner", "WayEdit", "WayView", "WayTeacher", "WayTA", "WayDesigner", "WayStudent", "WayObserver", `"?"`},
	{"ScopeAdmin", "ScopeReadUsers", "ScopeChangeRoles", "ScopeReadMedia", "ScopeWriteMedia", "ScopeWriteCaptions", "ScopeReadInsights", "7"},
	{"Member", "Manager", `"?"`},
	{"nobody", "person", "service", "operator", "99"},
	{"ViaToken", "ViaSession", "ViaApplication", "ViaTicket", "99"},
}

// neighbours returns the constants beside one, and the value that is none of them; nothing
// for what is no such constant.
func neighbours(name string) (beside []string, none string) {
	for _, list := range constants {
		known, none := list[:len(list)-1], list[len(list)-1]
		i := slices.Index(known, name)
		if i < 0 {
			continue
		}
		if i > 0 {
			beside = append(beside, known[i-1])
		}
		if i+1 < len(known) {
			beside = append(beside, known[i+1])
		}
		return beside, none
	}
	return nil, ""
}

// decides says whether a text is one of the [constants].
func decides(text string) bool {
	_, none := neighbours(text)
	return none != ""
}

// goMutants puts the mutants of a file into it.
type goMutants struct {
	edits
	source string
	set    *token.FileSet
	file   string
	in     string              // the function
	fields map[string][]string // that literals of a type may leave out, as NAME:VALUE
	add    func(mutant) int
}

// mutateGo returns a Go file that contains its own mutants. Fields says of each type whose
// literals are mutated which fields they may leave out, and a value for each.
func mutateGo(path string, fields map[string][]string, add func(mutant) int) (string, error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, path, source, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	g := &goMutants{source: string(source), set: set, file: filepath.Base(path), fields: fields, add: add}
	for _, d := range parsed.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			g.in = d.Name.Name
			g.function(d)
		case *ast.GenDecl:
			if d.Tok == token.VAR {
				for _, spec := range d.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok {
						g.in = v.Names[0].Name
						for _, value := range v.Values {
							g.expression(value)
						}
					}
				}
			}
		}
	}
	return g.apply(g.source), nil
}

func (g *goMutants) at(p token.Pos) int { return g.set.Position(p).Offset }

func (g *goMutants) text(n ast.Node) string {
	return strings.Join(strings.Fields(g.source[g.at(n.Pos()):g.at(n.End())]), " ")
}

// mutant notes a mutant of a node and returns its number.
func (g *goMutants) mutant(n ast.Node, becomes string) string {
	return strconv.Itoa(g.add(mutant{
		file: g.file, line: g.set.Position(n.Pos()).Line, where: g.in, what: g.text(n), becomes: becomes,
	}))
}

// call wraps a node in a call of a function of the support.
func (g *goMutants) call(n ast.Node, function, becomes, more string) {
	number := g.mutant(n, becomes)
	g.wrap(g.at(n.Pos()), g.at(n.End()), function+"("+number+", ", more+")")
}

func (g *goMutants) function(d *ast.FuncDecl) {
	results := 0
	if d.Type.Results != nil {
		results = d.Type.Results.NumFields()
	}
	if d.Body != nil {
		g.block(d.Body.List, results)
	}
}

func (g *goMutants) block(list []ast.Stmt, results int) {
	for _, s := range list {
		g.statement(s, results)
	}
}

func (g *goMutants) statement(s ast.Stmt, results int) {
	switch s := s.(type) {
	case *ast.BlockStmt:
		g.block(s.List, results)
	case *ast.IfStmt:
		g.condition(s.Cond)
		g.block(s.Body.List, results)
		if s.Else != nil {
			g.statement(s.Else, results)
		}
	case *ast.ForStmt:
		g.block(s.Body.List, results)
	case *ast.RangeStmt:
		g.block(s.Body.List, results)
	case *ast.SwitchStmt:
		for _, clause := range s.Body.List {
			g.clause(s, clause, results)
		}
	case *ast.ReturnStmt:
		for _, r := range s.Results {
			g.result(r, len(s.Results) == results)
		}
	case *ast.AssignStmt:
		for _, r := range s.Rhs {
			g.expression(r)
		}
		if s.Tok != token.DEFINE {
			number := g.mutant(s, "nothing")
			g.wrap(g.at(s.Pos()), g.at(s.End()), "if mutantKeep("+number+") { ", " }")
		}
	case *ast.ExprStmt:
		g.expression(s.X)
	}
}

// clause mutates one case of a switch: without each of its conditions or values.
func (g *goMutants) clause(s *ast.SwitchStmt, clause ast.Stmt, results int) {
	c, ok := clause.(*ast.CaseClause)
	if !ok {
		return
	}
	for _, e := range c.List {
		if s.Tag == nil {
			g.call(e, "mutantNever", "false", "")
			g.expression(e)
			continue
		}
		if _, none := neighbours(g.text(e)); none != "" {
			g.call(e, "mutantPick", "no case", ", "+none)
		}
	}
	g.block(c.Body, results)
}

// condition is mutated whole, and then within.
func (g *goMutants) condition(e ast.Expr) {
	g.call(e, "mutantNot", "its contrary", "")
	g.expression(e)
}

// result is one of those that a function returns.
func (g *goMutants) result(e ast.Expr, single bool) {
	text := g.text(e)
	switch {
	case text == "nil" || text == "err" || strings.HasSuffix(text, "{}") || !single: // nothing already, or another's results
	case text == "true" || text == "false":
		g.call(e, "mutantNot", "its contrary", "")
		return
	case !decides(text):
		g.call(e, "mutantZero", "nothing", "")
	}
	g.expression(e)
}

// expression mutates what is in an expression.
func (g *goMutants) expression(e ast.Expr) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		g.expression(e.X)
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			g.call(e, "mutantNot", "without the !", "")
		}
		g.expression(e.X)
	case *ast.BinaryExpr:
		g.binary(e)
	case *ast.CallExpr:
		g.callOf(e)
	case *ast.CompositeLit:
		g.literal(e)
	case *ast.Ident:
		beside, _ := neighbours(e.Name)
		for _, other := range beside {
			g.call(e, "mutantPick", other, ", "+other)
		}
	}
}

func (g *goMutants) binary(e *ast.BinaryExpr) {
	operator := g.at(e.OpPos)
	switch e.Op.String() {
	case "&&":
		g.logic(e, operator, "mutantAnd", "||")
	case "||":
		g.logic(e, operator, "mutantOr", "&&")
	case "==", "!=":
		g.call(e, "mutantNot", "its contrary", "")
	case "<":
		g.order(e, operator, "mutantLess")
	case ">=":
		g.order(e, operator, "!mutantLess")
	case "<=":
		g.order(e, operator, "mutantLessEqual")
	case ">":
		g.order(e, operator, "!mutantLessEqual")
	}
	if e.Op != token.SHL && e.Op != token.AND {
		g.expression(e.X)
		g.expression(e.Y)
	}
}

// logic mutates a conjunction or a disjunction.
func (g *goMutants) logic(e *ast.BinaryExpr, operator int, function, other string) {
	number := g.mutant(e, other+" instead of "+e.Op.String())
	g.mutant(e, g.text(e.X)+" alone")
	g.mutant(e, g.text(e.Y)+" alone")
	g.wrap(g.at(e.Pos()), g.at(e.End()), function+"("+number+", func() bool { return ", " })")
	g.replace(operator, operator+2, " }, func() bool { return ")
}

// order mutates a comparison: a > b is the contrary of a <= b, and so on.
func (g *goMutants) order(e *ast.BinaryExpr, operator int, function string) {
	number := g.mutant(e, "at its bound")
	g.mutant(e, "the other way round")
	g.wrap(g.at(e.Pos()), g.at(e.End()), function+"("+number+", ", ")")
	g.replace(operator, operator+len(e.Op.String()), ",")
}

func (g *goMutants) callOf(e *ast.CallExpr) {
	name := g.text(e.Fun)
	if name == "min" || name == "max" {
		function := map[string]string{"min": "mutantMin", "max": "mutantMax"}[name]
		number := g.mutant(e, "the other of min and max")
		g.replace(g.at(e.Fun.Pos()), g.at(e.Lparen)+1, function+"("+number+", ")
	}
	for _, a := range e.Args {
		g.expression(a)
	}
}

// literal mutates the values of a literal and, where its type has rules, those that it
// leaves out.
func (g *goMutants) literal(e *ast.CompositeLit) {
	var said []string
	for _, element := range e.Elts {
		kv, ok := element.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		key := g.text(kv.Key)
		said = append(said, key)
		in := g.in
		if _, isArray := e.Type.(*ast.ArrayType); isArray {
			g.in += "[" + key + "]" // a line of a table
		}
		g.field(kv)
		g.in = in
	}
	name := lineType
	if e.Type != nil {
		name = g.text(e.Type)
	}
	if len(said) == 0 {
		return
	}
	for _, field := range g.fields[name] {
		key, value, _ := strings.Cut(field, ":")
		if slices.Contains(said, key) {
			continue
		}
		was := "false"
		if value != "true" {
			was = `*new(` + strings.TrimSpace(g.typeOf(value)) + `)`
		}
		number := g.mutant(e, "with "+key+": "+value)
		at := g.at(e.Rbrace)
		g.replace(at, at, fmt.Sprintf(", %s: mutantPick(%s, %s, %s)", key, number, was, value))
	}
}

// typeOf is the type of a constant that is put into a literal.
func (g *goMutants) typeOf(constant string) string {
	return map[string]string{"Access": "Permission", "Member": "Membership"}[constant]
}

// field mutates a value that a literal gives to a field.
func (g *goMutants) field(kv *ast.KeyValueExpr) {
	text := g.text(kv.Value)
	if text == "true" || text == "false" {
		g.call(kv.Value, "mutantNot", "its contrary", "")
		return
	}
	if !decides(text) {
		typeName := ""
		if inner, ok := kv.Value.(*ast.CompositeLit); ok && inner.Type == nil {
			typeName = lineType // which the table says once for all its lines
		}
		g.wrap(g.at(kv.Value.Pos()), g.at(kv.Value.End()), "mutantZero("+g.mutant(kv, "nothing")+", "+typeName, ")")
	}
	g.expression(kv.Value)
}

// lineType is the type of the lines of tables, whose literals do not say it.
const lineType = "rule"
