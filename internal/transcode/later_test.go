package transcode

import (
	"errors"
	"testing"
)

// A recording whose keyframes are too far apart, from its beginning or only later on, is
// copied in vain, and then encoded, unless it is too long for that.
func TestTranscode_EncodesWhatOnlyCopyingShows(t *testing.T) {
	t.Parallel()
	tools := find(t)
	for name, keyframes := range map[string]string{"from the beginning": "eq(n,0)", "later": "lt(t,25)*gte(t,n_forced*2)"} {
		path := film(t, "film.mp4", join(picture("160x90", 60, 5), []string{
			"-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "9999", "-sc_threshold", "0", "-force_key_frames", "expr:" + keyframes,
		})...)
		p, err := tools.Probe(t.Context(), path)
		if err != nil || !p.Playable {
			t.Fatalf("%s: playable %v (%s), %v", name, p.Playable, p.Reason, err)
		}
		tools.Limits.Encoding = 59
		if _, err := tools.Transcode(t.Context(), path, p, t.TempDir(), nil); !errors.Is(err, ErrLong) {
			t.Errorf("%s, longer than may be encoded: %v", name, err)
		}
		tools.Limits.Encoding = 61
		out, err := tools.Transcode(t.Context(), path, p, t.TempDir(), nil)
		if err != nil || out.Copied || out.Duration < 59 {
			t.Errorf("%s: copied %v, %g s, %v", name, out.Copied, out.Duration, err)
		}
	}
}
