package holdings_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/holdings"
)

// The layout is what storages hold already: a change of it loses every file.
func TestKey_IsWrittenAsBefore(t *testing.T) {
	t.Parallel()
	run := holdings.Run{Media: 7, ID: uuid.MustParse("0f8fad5b-d9cb-469f-a165-70867728950e")}
	if got, want := run.Folder(), "media/7/0f8fad5b-d9cb-469f-a165-70867728950e/"; got != want {
		t.Errorf("the folder is %s, want %s", got, want)
	}
	for name, want := range map[string]string{
		holdings.Original: "media/7/0f8fad5b-d9cb-469f-a165-70867728950e/original",
		"hls/720p.mp4":    "media/7/0f8fad5b-d9cb-469f-a165-70867728950e/hls/720p.mp4",
	} {
		if got := run.Key(name).String(); got != want {
			t.Errorf("the key is %s, want %s", got, want)
		}
	}
}

// Any run and any name that a storage takes survive being written and parsed.
func TestKey_SurvivesBeingParsed(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		key := holdings.Run{Media: 1 + random.Int64N(1<<random.IntN(62)), ID: uuid.New()}.Key(anyName(random))
		if err := blob.CheckKey(key.String()); err != nil {
			t.Fatal(err)
		}
		if parsed, ok := holdings.ParseKey(key.String()); !ok || parsed != key {
			t.Fatalf("%s is parsed as %+v, %t; want %+v", key, parsed, ok, key)
		}
		if !strings.HasPrefix(key.String(), key.Run.Folder()) || !strings.HasPrefix(key.String(), holdings.Prefix) {
			t.Fatalf("%s is not below %s", key, key.Run.Folder())
		}
	}
}

// anyName is a name of one to four segments.
func anyName(random *rand.Rand) string {
	const first = "abcxyzABCXYZ0123456789-_"
	segments := make([]string, 1+random.IntN(4))
	for i := range segments {
		segment := []byte{first[random.IntN(len(first))]}
		for range random.IntN(12) {
			const more = first + "."
			segment = append(segment, more[random.IntN(len(more))])
		}
		segments[i] = string(segment)
	}
	return strings.Join(segments, "/")
}

func TestParseKey_RejectsOtherSpellings(t *testing.T) {
	t.Parallel()
	const run = "0f8fad5b-d9cb-469f-a165-70867728950e"
	for _, text := range []string{
		"", "media", "media/", "media/7", "media/7/" + run, "media/7/" + run + "/", "7/" + run + "/original",
		"/media/7/" + run + "/original", "Media/7/" + run + "/original", "medial/7/" + run + "/original",
		"media/07/" + run + "/original", "media/+7/" + run + "/original", "media/0/" + run + "/original",
		"media/-7/" + run + "/original", "media/x/" + run + "/original", "media/9223372036854775808/" + run + "/original",
		"media//" + run + "/original", "media/7//original", "media/7/a/original",
		"media/7/" + strings.ToUpper(run) + "/original", "media/7/{" + run + "}/original",
		"media/7/" + strings.ReplaceAll(run, "-", "") + "/original", "media/7/urn:uuid:" + run + "/original",
		"media/7/" + run + "//original", "media/7/" + run + "/hls/", "media/7/" + run + "/../8/original", "media/7/" + run + "/.part",
		"media/7/" + run + "/original\n", "media/7/" + run + "/Vorlesung über Linsen.mp4", holdings.MarkKey,
	} {
		if key, ok := holdings.ParseKey(text); ok {
			t.Errorf("%q is parsed as %+v", text, key)
		}
	}
}

func FuzzParseKey(f *testing.F) {
	f.Add("media/7/0f8fad5b-d9cb-469f-a165-70867728950e/hls/720p.mp4")
	f.Add("media/07/0f8fad5b-d9cb-469f-a165-70867728950e/original")
	f.Add("media/7/0F8FAD5B-d9cb-469f-a165-70867728950e/original")
	f.Add("media/7/a/original")
	f.Add("lectern.json")
	f.Fuzz(func(t *testing.T, text string) {
		key, ok := holdings.ParseKey(text)
		if !ok {
			if key != (holdings.Key{}) {
				t.Errorf("%q is rejected, and parsed as %+v", text, key)
			}
			return
		}
		if key.String() != text || key.Run.Media < 1 || key.Name == "" || blob.CheckKey(text) != nil {
			t.Errorf("%q is parsed as %+v, which is written %q", text, key, key)
		}
		if again := (holdings.Run{Media: key.Run.Media, ID: key.Run.ID}).Key(key.Name); again != key {
			t.Errorf("%q is parsed as %+v, but its parts make %+v", text, key, again)
		}
	})
}
