package main

import (
	"testing"

	"github.com/lectern-media/lectern/internal/testkit"
)

func TestRun_CommandFindsItsServer(t *testing.T) {
	t.Parallel()
	testkit.NeedsMore(t, "PostgreSQL")
	code, err := run([]string{"sh", "-c", `case $LECTERN_TEST_POSTGRES in postgres://*) exit 7 ;; esac`})
	if code != 7 || err != nil {
		t.Errorf("it ends with %d, %v; the command's own 7 says that it found a server", code, err)
	}
}

func TestRun_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	testkit.NeedsMore(t, "PostgreSQL")
	for _, command := range [][]string{nil, {"no-such-command-anywhere"}} {
		if code, err := run(command); code == 0 || err == nil {
			t.Errorf("%q ends with %d, %v", command, code, err)
		}
	}
}
