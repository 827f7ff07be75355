package transcode

import (
	"errors"
	"testing"
)

// A recording whose keyframes are too far apart only later on is copied in vain, and then
// encoded, unless it is too long for that.
func TestTranscode_EncodesWhatOnlyCopyingShows(t *testing.T) {
	t.Parallel()
	tools := find(t)
	path := film(t, "later.mp4", join(picture("160x90", 60, 5), []string{
		"-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "9999", "-sc_threshold", "0", "-force_key_frames", "expr:lt(t,25)*gte(t,n_forced*2)",
	})...)
	p, err := tools.Probe(t.Context(), path)
	if err != nil || !p.Playable {
		t.Fatalf("playable %v (%s), %v", p.Playable, p.Reason, err)
	}
	tools.Limits.Encoding = 59
	if _, err := tools.Transcode(t.Context(), path, p, t.TempDir(), nil); !errors.Is(err, ErrLong) {
		t.Errorf("longer than may be encoded: %v", err)
	}
	tools.Limits.Encoding = 61
	out, err := tools.Transcode(t.Context(), path, p, t.TempDir(), nil)
	if err != nil || out.Copied || out.Duration < 59 {
		t.Errorf("copied %v, %g s, %v", out.Copied, out.Duration, err)
	}
}
