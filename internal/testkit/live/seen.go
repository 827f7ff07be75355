package live

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Seen is what the clients of this process have been answered.
var Seen answers

// answers counts answers by operation and status. It is safe for concurrent use.
type answers struct {
	mu     sync.Mutex
	counts map[string]map[int]int
}

func (s *answers) add(operation string, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts == nil {
		s.counts = make(map[string]map[int]int)
	}
	if s.counts[operation] == nil {
		s.counts[operation] = make(map[int]int)
	}
	s.counts[operation][status]++
}

// Table shows how often each operation gave each status that the contract documents for
// it, and names those that it never gave. A dot is a status that is not documented.
func (s *answers) Table() (table string, never []string, err error) {
	if theContract.doc == nil {
		return "", nil, errors.New("no server was started")
	}
	s.mu.Lock()
	defer s.mu.Unlock()

	documented := make(map[string]map[int]bool) // by operation
	columns := make(map[int]bool)
	for path, item := range theContract.doc.Paths.Map() {
		for method, operation := range item.Operations() {
			name := method + " " + path
			documented[name] = make(map[int]bool)
			for status := range operation.Responses.Map() {
				code, err := strconv.Atoi(status)
				if err != nil {
					return "", nil, fmt.Errorf("%s documents the status %s", name, status)
				}
				documented[name][code], columns[code] = true, true
			}
		}
	}

	width := 0
	for name := range documented {
		width = max(width, len(name))
	}
	var b strings.Builder
	row := func(name string, cell func(status int) string) {
		fmt.Fprintf(&b, "%-*s", width, name)
		for _, status := range slices.Sorted(maps.Keys(columns)) {
			fmt.Fprintf(&b, "%7s", cell(status))
		}
		b.WriteByte('\n')
	}
	row("operation", strconv.Itoa)
	for _, name := range slices.Sorted(maps.Keys(documented)) {
		row(name, func(status int) string {
			if !documented[name][status] {
				return "·"
			}
			n := s.counts[name][status]
			if n == 0 && status != http.StatusInsufficientStorage { // which wants a full disk: package survival has one
				never = append(never, fmt.Sprintf("%s: %d", name, status))
			}
			return strconv.Itoa(n)
		})
	}
	return b.String(), never, nil
}
