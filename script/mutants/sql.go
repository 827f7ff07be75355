package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// supportSQL is what mutated queries are asked for by.
const supportSQL = `package %s

import (
	"os"
	"strconv"
)

var mutant, _ = strconv.Atoi(os.Getenv("LECTERN_MUTANT"))

func mutantQuery(query string, mutants map[int]string) string {
	if text, is := mutants[mutant]; is {
		return text
	}
	return query
}
`

// mutateQueries returns a file that sqlc wrote with mutants of some of its queries, which
// are named as its constants are.
func mutateQueries(path string, queries []string, add func(mutant) int) (string, error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, path, source, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	changed := string(source)
	for _, name := range queries {
		query, err := constant(parsed, name)
		if err != nil {
			return "", fmt.Errorf("%s: %w", path, err)
		}
		var list strings.Builder
		for _, c := range sqlChanges(query) {
			n := add(mutant{file: filepath.Base(path), where: name, what: c.what, becomes: c.becomes})
			fmt.Fprintf(&list, "\t%d: %s,\n", n, strconv.Quote(c.query))
		}
		changed = strings.ReplaceAll(changed, "ctx, "+name+",", "ctx, mutantQuery("+name+", "+name+"Mutants),")
		changed += "\nvar " + name + "Mutants = map[int]string{\n" + list.String() + "}\n"
	}
	return changed, nil
}

// constant is the value of a constant of a file.
func constant(file *ast.File, name string) (string, error) {
	var value string
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 && spec.Names[0].Name == name {
			if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
				value, _ = strconv.Unquote(literal.Value)
			}
		}
		return true
	})
	if value == "" {
		return "", fmt.Errorf("there is no query %s", name)
	}
	return value, nil
}

// sqlChange is a query with one small change.
type sqlChange struct{ what, becomes, query string }

var (
	// conditionBegin is after what a condition may stand.
	conditionBegin = regexp.MustCompile(`\b(WHERE|AND|OR|ON)\s`)
	// conditionEnd is before what it ends, unless a parenthesis closes before.
	conditionEnd = regexp.MustCompile(`\b(WHERE|AND|OR|GROUP BY|ORDER BY|UNION ALL|JOIN|LEFT JOIN)\b`)
)

// sqlChanges are the changes of a query: each condition always or never true, each arm of a
// union left out, and some words replaced.
func sqlChanges(query string) (changes []sqlChange) {
	put := func(from, to int, text, becomes string) {
		what := strings.Join(strings.Fields(query[from:to]), " ")
		changes = append(changes, sqlChange{
			what: fmt.Sprintf("%s (%d)", what, strings.Count(query[:from], "\n")), becomes: becomes,
			query: query[:from] + text + query[to:],
		})
	}
	for _, at := range conditionBegin.FindAllStringIndex(query, -1) {
		from := at[1]
		to := endOf(query, from, conditionEnd)
		condition := strings.TrimRight(query[from:to], " \n")
		to = from + len(condition)
		put(from, to, "("+condition+" OR TRUE)", "always true")
		put(from, to, "("+condition+" AND FALSE)", "never true")
	}
	for _, arm := range unionArms(query) {
		put(arm[0], arm[1], strings.TrimRight(query[arm[0]:arm[1]], " \n)")+" AND FALSE ", "no rows")
	}
	for _, words := range [][2]string{
		{"1 AS home", "0 AS home"},
		{"s.permission, 1", "s.permission, 0"},
		{"THEN 1 ELSE 0", "THEN 0 ELSE 1"},
		{"EXISTS", "NOT EXISTS"},
		{"LEFT JOIN", "JOIN"},
	} {
		for from := 0; ; {
			i := strings.Index(query[from:], words[0])
			if i < 0 {
				break
			}
			from += i
			put(from, from+len(words[0]), words[1], words[1])
			from += len(words[0])
		}
	}
	return changes
}

// endOf is where what begins at a place ends: where a parenthesis closes that was open
// before, or where the words are, outside of parentheses.
func endOf(query string, from int, words *regexp.Regexp) int {
	depth := 0
	for i := from; i < len(query); i++ {
		switch query[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return i
			}
		}
		if depth == 0 {
			if at := words.FindStringIndex(query[i:]); at != nil && at[0] == 0 && i > from && query[i-1] != '_' {
				return i
			}
		}
	}
	return len(query)
}

// unionArms are the SELECTs of a union, each with where it begins and ends.
func unionArms(query string) (arms [][2]int) {
	union := regexp.MustCompile(`UNION ALL`)
	for _, at := range union.FindAllStringIndex(query, -1) {
		from := at[1]
		arms = append(arms, [2]int{from, endOf(query, from, union)})
	}
	return arms
}
