package library_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
)

// countingStore counts the texts of captions that are read.
type countingStore struct {
	library.Store
	texts int
}

func (s *countingStore) View(ctx context.Context, fn func(library.Reader) error) error {
	return s.Store.View(ctx, func(in library.Reader) error { return fn(countingReader{in, s}) })
}

type countingReader struct {
	library.Reader
	in *countingStore
}

func (r countingReader) Last() library.Reader { return countingReader{r.Reader.Last(), r.in} }

func (r countingReader) PublishedSRT(ctx context.Context, id library.CaptionFileID) (string, error) {
	r.in.texts++
	return r.Reader.PublishedSRT(ctx, id)
}

func (r countingReader) CaptionSRT(ctx context.Context, id library.CaptionFileID) (string, error) {
	r.in.texts++
	return r.Reader.CaptionSRT(ctx, id)
}

// lectured puts a lecture that plays into the course, with captions, and returns its embed id.
func (s *school) lectured(t *testing.T, title string, captions int) (library.MediaID, uuid.UUID) {
	t.Helper()
	var made library.Media
	err := s.Change(t.Context(), library.Operator(), func(c *library.Change) (err error) {
		ctx := t.Context()
		if made, err = c.CreateMedia(ctx, library.NewMedia{Owner: s.ada, Title: title}); err != nil {
			return err
		}
		key := fmt.Sprintf("media/%d/%s/", made.ID, uuid.NewString())
		if err := c.GiveFiles(ctx, made.ID, 60, library.MediaFiles{
			{Kind: library.FileOriginal, Definition: "original", Key: key + "original", MIMEType: "video/mp4", Size: 9},
			{Kind: library.FileMP4, Definition: "720p", Key: key + "720p.mp4", MIMEType: "video/mp4", Size: 9},
		}); err != nil {
			return err
		}
		for i := range captions {
			srt := fmt.Sprintf("1\n00:00:01,000 --> 00:00:02,000\n%s %d\n", title, i)
			text := library.CaptionText{Format: library.SRT, Original: []byte(srt), SRT: srt, End: time.Second}
			if _, err := c.AddCaptions(ctx, made.ID, "en", text); err != nil {
				return err
			}
		}
		_, err = c.EmbedMedia(ctx, library.NewEmbed{Media: made.ID, Course: 101})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return made.ID, made.EmbedID
}

// However many captions a course has, one text is read when one is asked for, and the next one
// when that was used.
func TestCourseMedia_ReadsATextWhenItIsAskedFor(t *testing.T) {
	t.Parallel()
	s := open(t)
	const lectures, captions = 120, 2 // more lectures than are looked up at once
	for i := range lectures {
		s.lectured(t, fmt.Sprintf("Lecture %d", i), captions)
	}
	counted := &countingStore{Store: s.kept}
	found, err := library.New(counted, nil).CourseMedia(t.Context(), library.Operator(), 101)
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	used := 0
	for m, err := range found {
		if err != nil {
			t.Fatal(err)
		}
		titles = append(titles, m.Media.Title)
		for c, err := range m.Captions {
			if used++; err != nil || counted.texts != used {
				t.Fatalf("after %d texts were used, %d are read (%v)", used, counted.texts, err)
			}
			if c.SRT == "" || c.Media != m.Media.ID {
				t.Fatalf("media %d has the captions %+v", m.Media.ID, c)
			}
		}
	}
	if len(titles) != lectures || used != lectures*captions || titles[0] != "Lecture 119" || len(slices.Compact(titles)) != lectures {
		t.Errorf("%d lectures with %d captions: %.200q", len(titles), used, titles)
	}
	for _, err := range found {
		if err != nil {
			t.Fatal(err)
		}
		break // a reader that ends early has nothing more read
	}
	if counted.texts != used {
		t.Errorf("%d texts are read for a reader that has ended", counted.texts-used)
	}
}

// What is unpublished while a list is read is not in the rest of it.
func TestCourseMedia_LeavesOutWhatIsUnpublishedMeanwhile(t *testing.T) {
	t.Parallel()
	s := open(t)
	id, _ := s.lectured(t, "Lenses", 3)
	files, err := s.CaptionFiles(t.Context(), library.Operator(), id)
	if err != nil {
		t.Fatal(err)
	}
	found, err := s.CourseMedia(t.Context(), library.Operator(), 101)
	if err != nil {
		t.Fatal(err)
	}
	var left []library.CaptionFileID
	for m, err := range found {
		if err != nil {
			t.Fatal(err)
		}
		for c, err := range m.Captions {
			if err != nil {
				t.Fatal(err)
			}
			left = append(left, c.ID)
			err := s.Change(t.Context(), library.Operator(), func(ch *library.Change) error {
				return errorOf(ch.SetPublished(t.Context(), files[1].ID, false))
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if want := []library.CaptionFileID{files[0].ID, files[2].ID}; !slices.Equal(left, want) {
		t.Errorf("captions %v are left, want %v", left, want)
	}
}

// A page that waits asks how far its media is every few seconds.
func TestPlay_ReadsNoCaptionTexts(t *testing.T) {
	t.Parallel()
	s := open(t)
	_, embed := s.lectured(t, "Lenses", 5)
	other, otherEmbed := s.lectured(t, "Prisms", 1)
	counted := &countingStore{Store: s.kept}
	public := library.New(counted, nil).With(library.Settings{PublicEmbeds: true})
	playing, err := public.Play(t.Context(), embed, "")
	if err != nil || len(playing.Captions) != 5 || counted.texts != 0 {
		t.Fatalf("%d captions are shown, and %d texts read (%v)", len(playing.Captions), counted.texts, err)
	}
	for i, c := range playing.Captions {
		text, err := public.PlayCaptions(t.Context(), embed, "", c.ID)
		if err != nil || text.SRT == "" || counted.texts != i+1 {
			t.Errorf("captions %d: %q, and %d texts read (%v)", c.ID, text.SRT, counted.texts, err)
		}
	}
	// Captions play where they are published, and at their own media.
	first := playing.Captions[0].ID
	if _, err := public.PlayCaptions(t.Context(), otherEmbed, "", first); library.KindOf(err) != library.KindNotFound {
		t.Errorf("the captions of media %d at another one: %v", other, err)
	}
	if _, err := public.PlayCaptions(t.Context(), embed, "", 999); library.KindOf(err) != library.KindNotFound {
		t.Errorf("captions that are not: %v", err)
	}
	err = s.Change(t.Context(), library.Operator(), func(c *library.Change) error {
		return errorOf(c.SetPublished(t.Context(), first, false))
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := public.PlayCaptions(t.Context(), embed, "", first); library.KindOf(err) != library.KindNotFound {
		t.Errorf("unpublished captions: %v", err)
	}
}
