package testkit

import (
	"fmt"
	"os"
)

// Report prints a figure for the people who run the tests: how much was compared,
// which answers occurred. `go test` hides what passing tests print, so it is also added
// to the file that LECTERN_TEST_REPORTS names, which `make test` shows at its end.
func Report(format string, args ...any) {
	text := fmt.Sprintf(format+"\n", args...)
	_, _ = os.Stdout.WriteString(text) // which go test has for -v and for failures
	path := os.Getenv("LECTERN_TEST_REPORTS")
	if path == "" {
		return
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	_, err = f.WriteString(text) // in one write: packages are tested at the same time
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		panic(err)
	}
}
