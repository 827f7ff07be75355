package content

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/seal"
)

func testSigner(tb testing.TB) (*Signer, time.Time) {
	tb.Helper()
	now := time.Unix(1_800_000_000, 0)
	return signerWith(tb, now, 'k'), now.Add(time.Hour)
}

// signerWith returns a signer with a key made of one letter, under the id of every such key
// and under the name of the key from before keys had ids.
func signerWith(tb testing.TB, now time.Time, letter byte) *Signer {
	tb.Helper()
	secret := bytes.Repeat([]byte{letter}, 32)
	clock := func() time.Time { return now }
	seals, err := seal.New(tb.Context(), seal.Static(
		seal.Key{ID: "AAAAAAAA", Secret: secret}, seal.Key{ID: oldKey, Secret: secret, RetiredAt: &now},
	), clock)
	if err != nil {
		tb.Fatal(err)
	}
	return NewSigner(seals, "http://x", clock)
}

// What a stranger makes up never opens anything, and what parses has one spelling.
func FuzzGrant(f *testing.F) {
	signer, in := testSigner(f)
	folder, file := signer.fileGrant(folderGrant, "media/7/a", in, ""), signer.fileGrant(keyGrant, "media/7/a/b", in, "")
	named, upload := signer.fileGrant(namedGrant, "media/7/a/b/lecture.mov", in, ""), signer.uploadGrant(lenses, in)
	archived := signer.fileGrant(archivedKey, "media/7/a/b", in, "")
	for _, text := range []string{folder, file, named, archived, upload, signer.oldUploadGrant(7, in), "", "d-0-0-", "k--1-1-", folder + "=", strings.ToUpper(folder)} {
		f.Add(text, "media/7/a/b", "")
	}
	f.Add(folder, "media/8/a/b", "x")
	f.Add(file, "media/7/a//b", "")
	f.Add(named, "media/7/a/b/lecture.mov", "")
	f.Add(named, "media/7/a/b/lecture.mp4", "")
	f.Fuzz(func(t *testing.T, text, key, filename string) {
		if g, ok := parseGrant(text); ok && g.format() != text {
			t.Errorf("%q and %q are the same grant", text, g.format())
		}
		if is, err := signer.checkFile(t.Context(), text, key, filename); err == nil {
			genuine := text == folder && strings.HasPrefix(key, "media/7/a/") && is.key == key ||
				(text == file || text == archived) && key == "media/7/a/b" && is.key == key ||
				text == named && key == "media/7/a/b/lecture.mov" && is.key == "media/7/a/b"
			if !genuine || filename != "" || is.archived != (text == archived) {
				t.Errorf("%q opens %+v at %q as %q", text, is, key, filename)
			}
		}
		if media, _, err := signer.checkUpload(t.Context(), text); err == nil && (text != upload || media != lenses) {
			t.Errorf("%q takes bytes for media %s", text, media)
		}
	})
}

func TestGrant_OfWhichAnyLetterIsChangedOpensNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, grantOfWhichAnyLetterIsChangedOpensNothing) // a key that is not known is looked for, which waits
}

func grantOfWhichAnyLetterIsChangedOpensNothing(t *testing.T) {
	signer, in := testSigner(t)
	for _, text := range []string{
		signer.fileGrant(folderGrant, "a/b", in, ""), signer.fileGrant(keyGrant, "a/b/c", in, ""), signer.fileGrant(namedGrant, "a/b/c", in, ""),
		signer.fileGrant(archivedKey, "a/b/c", in, ""), signer.fileGrant(archivedNamed, "a/b/c", in, ""),
	} {
		if _, err := signer.checkFile(t.Context(), text, "a/b/c", ""); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for i := range text {
			for _, letter := range "0123zdknKNumA-_" {
				if changed := text[:i] + string(letter) + text[i+1:]; changed != text {
					if _, err := signer.checkFile(t.Context(), changed, "a/b/c", ""); err == nil {
						t.Errorf("%s opens what %s opens", changed, text)
					}
				}
			}
		}
	}
	other := signerWith(t, signer.clock(), 'l')
	if _, _, err := other.checkUpload(t.Context(), signer.uploadGrant(lenses, in)); err == nil {
		t.Error("another key's grant is taken")
	}
	if _, _, err := other.checkUpload(t.Context(), signer.oldUploadGrant(7, in)); !errors.Is(err, errNotGenuine) {
		t.Errorf("another key's old grant gives %v", err)
	}
}

// lenses is the embed id of a media item.
var lenses = uuid.MustParse("7c9e6679-7425-40de-944b-e07fc1f90ae7")

// oldUploadGrant is the grant of an upload as it was before grants named media items by UUID.
func (s *Signer) oldUploadGrant(media library.MediaID, expiry time.Time) string {
	return s.oldGrant(grant{kind: oldUploadGrant, expiry: expiry.Unix(), number: int64(media)})
}

// oldGrant is a grant as it was before marks: with a MAC by the key of a test's signer.
func (s *Signer) oldGrant(g grant, covered ...string) string {
	sum := hmac.New(sha256.New, bytes.Repeat([]byte("k"), 32))
	_, _ = sum.Write([]byte(together(append([]string{oldPurposes[contentPurpose], g.head()}, covered...))))
	g.mark = base64.RawURLEncoding.EncodeToString(sum.Sum(nil))
	return g.format()
}

func TestUploadGrant_OfWhichAnyLetterIsChangedTakesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, uploadGrantOfWhichAnyLetterIsChangedTakesNothing) // a key that is not known is looked for, which waits
}

func uploadGrantOfWhichAnyLetterIsChangedTakesNothing(t *testing.T) {
	signer, in := testSigner(t)
	text := signer.uploadGrant(lenses, in)
	media, until, err := signer.checkUpload(t.Context(), text)
	if err != nil || media != lenses || !until.Equal(in.Add(library.UploadOverrun)) {
		t.Fatalf("%s is for %s until %s (%v)", text, media, until, err)
	}
	for i := range text {
		for _, letter := range "0123zdknumA-_F" {
			if changed := text[:i] + string(letter) + text[i+1:]; changed != text {
				if _, _, err := signer.checkUpload(t.Context(), changed); !errors.Is(err, errNotGenuine) {
					t.Errorf("%s gives %v", changed, err)
				}
			}
		}
	}
	parts := strings.SplitN(text, "-", 4)
	for name, other := range map[string]string{
		"the UUID as people write it": strings.Replace(text, parts[2], lenses.String(), 1),
		"in capitals":                 strings.Replace(text, parts[2], strings.ToUpper(parts[2]), 1),
		"in braces":                   strings.Replace(text, parts[2], "{"+lenses.String()+"}", 1),
		"as a URN":                    strings.Replace(text, parts[2], "urn:uuid:"+lenses.String(), 1),
		"with a zero before":          strings.Replace(text, "-", "-0", 1),
		"with padding":                text + "=",
		"with a space":                text + " ",
		"cut short":                   text[:len(text)-1],
		"the signature alone":         parts[3],
		"of a file":                   signer.fileGrant(keyGrant, lenses.String(), in, ""),
	} {
		if _, _, err := signer.checkUpload(t.Context(), other); !errors.Is(err, errNotGenuine) {
			t.Errorf("%s: %s gives %v", name, other, err)
		}
	}
}

// The grants that an older program made, byte for byte: those of files go on, those of uploads
// say what to do.
func TestGrant_OfAnOlderProgram(t *testing.T) {
	t.Parallel()
	signer, in := testSigner(t)
	const (
		upload = "u-trobo0-7-o9P9tzHFg2F36Fe92MiRYYBoD9qwW1-_B1YG_c-YlH4"
		file   = "k-trobo0-4-_dOL2yGjz-NmKz_3g_dRLHB2LdvtHnn9HgaE2feYUzs"
		folder = "d-trobo0-3-t8Y7dt_-C7cSBpRBp5WG2uE9mM3kkTHgJDnA7pfXGR8"
	)
	if _, err := signer.checkFile(t.Context(), file, "media/7/a/b", "filename=x.mp4"); err != nil {
		t.Errorf("an old file's address gives %v", err)
	}
	if _, err := signer.checkFile(t.Context(), folder, "media/7/a/hls/b", ""); err != nil {
		t.Errorf("an old folder's address gives %v", err)
	}
	for i := range file { // which is no weaker than what is made now
		for _, letter := range "0123zdknKNumA-_" {
			if changed := file[:i] + string(letter) + file[i+1:]; changed != file {
				if _, err := signer.checkFile(t.Context(), changed, "media/7/a/b", "filename=x.mp4"); err == nil {
					t.Errorf("%s opens what %s opens", changed, file)
				}
			}
		}
	}
	for _, expiry := range []time.Time{in, in.Add(-time.Hour)} {
		waits := signer.oldGrant(grant{kind: uploadGrant, expiry: expiry.Unix(), media: lenses})
		want := map[bool]error{false: errExpired, true: nil}[expiry.Equal(in)]
		if media, _, err := signer.checkUpload(t.Context(), waits); !errors.Is(err, want) || want == nil && media != lenses {
			t.Errorf("an upload's address until %s, from before marks, is for %s: %v", expiry, media, err)
		}
	}
	old := signer.oldUploadGrant(7, in)
	if old != upload {
		t.Fatalf("an old grant is taken for %s, and was %s", old, upload)
	}
	for _, expiry := range []time.Time{in, in.Add(-2 * time.Hour)} {
		if _, _, err := signer.checkUpload(t.Context(), signer.oldUploadGrant(7, expiry)); !errors.Is(err, errOldUpload) {
			t.Errorf("an old grant until %s gives %v", expiry, err)
		}
	}
	for i := range old {
		changed := old[:i] + "9" + old[i+1:]
		if _, _, err := signer.checkUpload(t.Context(), changed); changed != old && !errors.Is(err, errNotGenuine) {
			t.Errorf("the forged old grant %s gives %v", changed, err)
		}
	}
}
