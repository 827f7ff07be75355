package settings_test

import (
	"testing"

	"github.com/lectern-media/lectern/internal/settings"
)

func TestSize(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]settings.Size{
		"0": 0, "17": 17, "500GB": 500 << 30, "500 gb": 500 << 30, "2TB": 2 << 40, "3mb": 3 << 20, "1KB": 1 << 10, "-1GB": -1 << 30,
	} {
		var got settings.Size
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%s is %d, %v", text, got, err)
		}
		var again settings.Size
		if err := again.UnmarshalText([]byte(want.String())); err != nil || again != want {
			t.Errorf("%d is shown as %s, which is %d, %v", want, want, again, err)
		}
	}
	if is := settings.Size(500 << 30).String(); is != "500GB" {
		t.Errorf("500GB is shown as %s", is)
	}
	for _, text := range []string{"", "GB", "much", "1.5GB", "9000000TB", "5GBs"} {
		if err := new(settings.Size).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
