package demo

import (
	"bytes"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/fixture"
	"github.com/lectern-media/lectern/internal/library"
)

// Who tries the demo waits for no recording that never comes: its description says so.
func TestDemo_SaysWhyRecordingsStayUnfinished(t *testing.T) {
	t.Parallel()
	f, err := fixture.Read(bytes.NewReader(school))
	if err != nil {
		t.Fatal(err)
	}
	stay := map[library.TranscodingStatus]bool{}
	for _, m := range f.Media {
		if isFinished(m) || m.Status == library.External {
			continue
		}
		stay[m.Status] = true
		if m.Description == nil || !strings.Contains(*m.Description, "In this demo ") {
			t.Errorf("%s is %s and does not say why", m.Key, m.Status)
		}
	}
	if len(stay) != 4 {
		t.Errorf("the demo shows only %v", stay)
	}
}
