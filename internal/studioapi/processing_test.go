package studioapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
)

// A stream tells each change once, when it comes, and else nothing but a comment every 15
// seconds.
func TestStream_IsQuietBetweenChanges(t *testing.T) {
	t.Parallel()
	at := func(stage library.Stage, percent int64) GetMediaProcessingOutput {
		return GetMediaProcessingOutput{Processing: Processing{TranscodingStatus: "transcoding", Stage: string(stage), Percent: percent}}
	}
	for name, c := range map[string]struct {
		becomes []time.Duration // when the percentage counts up, since the beginning; then it is finished
		want    []string        // "" for a comment, and else the percentage
	}{
		"at once":            {nil, []string{"0"}},
		"quickly":            {[]time.Duration{time.Second, 2 * time.Second}, []string{"0", "1", "2"}},
		"after some silence": {[]time.Duration{50 * time.Second}, []string{"0", "", "", "", "1"}},
		"now and then": {
			[]time.Duration{10 * time.Second, 20 * time.Second, 36 * time.Second, 37 * time.Second}, []string{"0", "1", "2", "", "3", "4"},
		},
		"for a minute, waiting": {[]time.Duration{61 * time.Second}, []string{"0", "", "", "", "", "1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				next := func(context.Context) (GetMediaProcessingOutput, error) {
					percent := 0
					for _, when := range c.becomes {
						if time.Since(began) >= when {
							percent++
						}
					}
					if percent == len(c.becomes) {
						return at(library.StageFinished, int64(percent)), nil
					}
					return at("transcode", int64(percent)), nil
				}
				first, _ := next(t.Context())
				answer := httptest.NewRecorder()
				if err := exchange(answer, func(x *front.Exchange, r *http.Request) error {
					return stream(x, r, nil, nil, first, next)
				}); err != nil {
					t.Errorf("ends with %v", err)
				}
				var got []string
				for event := range strings.SplitSeq(strings.TrimSuffix(answer.Body.String(), "\n\n"), "\n\n") {
					_, percent, _ := strings.Cut(event, `"percent":`)
					percent, _, _ = strings.Cut(percent, ",")
					if (event == ": still there") != (percent == "") {
						t.Errorf("an event is %q", event)
					}
					got = append(got, percent)
				}
				if strings.Join(got, "|") != strings.Join(c.want, "|") {
					t.Errorf("it says %q, want %q", got, c.want)
				}
			})
		})
	}
}
