package histories

import (
	"context"
	"fmt"
	"strings"

	"github.com/lectern-media/lectern/internal/library"
)

// words are what media are tagged with.
var words = []string{"Algebra", "algebra", "ALGEBRA", "optics", "Optics", "Straße", "STRASSE", "strasse"}

// foldedWord is one of the words in the form in which tags are compared.
func foldedWord(word string) string { return strings.ToLower(word) }

type tagMedia struct {
	media int
	word  string
}

func (x *tagMedia) String() string { return fmt.Sprintf("tag m%d %s", x.media, x.word) }

func (x *tagMedia) inModel(w *world, by asker) verdict {
	if v := w.mayDo(by, x.media, edit); v != ok {
		return v
	}
	folded := foldedWord(x.word)
	if _, there := w.tags[folded]; !there {
		w.tags[folded] = tag{x.word, len(w.tags)}
	}
	w.media[x.media].tags[folded] = true
	return ok
}

func (x *tagMedia) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	t, err := c.TagMedia(ctx, ids.media.id(x.media), x.word)
	if err == nil {
		ids.tags[foldedWord(x.word)] = t.ID
	}
	return err
}

type untagMedia struct {
	media int
	word  string
}

func (x *untagMedia) String() string { return fmt.Sprintf("take the tag %s from m%d", x.word, x.media) }

func (x *untagMedia) inModel(w *world, by asker) verdict {
	if v := w.mayDo(by, x.media, edit); v != ok {
		return v
	}
	folded := foldedWord(x.word)
	if !w.media[x.media].tags[folded] {
		return notFound
	}
	delete(w.media[x.media].tags, folded)
	return ok
}

func (x *untagMedia) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	id, known := ids.tags[foldedWord(x.word)]
	if !known {
		id = unknownIDs
	}
	return c.UntagMedia(ctx, ids.media.id(x.media), id)
}
