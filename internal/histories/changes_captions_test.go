package histories

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// captions is a caption file of a media item. Only those that are published or unpublished
// have a text.
type captions struct {
	media                  int
	language, status, text string
}

func (f *captions) String() string {
	return fmt.Sprintf("of m%d in %s, %s, %q", f.media, f.language, f.status, f.text)
}

func (f *captions) hasText() bool { return f.status == "published" || f.status == "unpublished" }

// request is a wish for captions of a media item.
type request struct {
	media, captions           int // no captions once somebody deleted them
	language, status, service string
}

func (r *request) closed() bool { return r.status == "fulfilled" || r.status == "failed" }

// serviceType is what captions can be asked for: in a language with its regions, "" for
// all; and how many were made before it.
type serviceType struct {
	language string
	made     int
}

var (
	languages    = []string{"en", "en-GB", "fr"}
	serviceTypes = []string{"people", "machine"}
)

// covers says whether a language is another, or that of which the other is a region's.
func covers(language, other string) bool {
	return language == "" || language == other || strings.HasPrefix(other, language+"-")
}

func captionText(text string) library.CaptionText {
	return library.CaptionText{
		Format: library.SRT, Original: []byte(text), SRT: text, End: time.Second, EndLine: 1,
	}
}

type addCaptions struct {
	captions, media int
	language        string
}

func (x *addCaptions) String() string {
	return fmt.Sprintf("add captions f%d in %s to m%d", x.captions, x.language, x.media)
}

func (x *addCaptions) text() string { return "first text of " + x.language }

func (x *addCaptions) inModel(w *world, by asker) verdict {
	if v := w.mayDo(by, x.media, edit); v != ok {
		return v
	}
	w.captions[x.captions] = &captions{x.media, x.language, "published", x.text()}
	return ok
}

func (x *addCaptions) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	f, err := c.AddCaptions(ctx, ids.media.id(x.media), library.Language(x.language), captionText(x.text()))
	ids.captions.name(f.ID, x.captions)
	return err
}

// mayCaption answers whether the asker may change captions.
func (w *world) mayCaption(by asker, f int) verdict {
	if w.captions[f] == nil {
		return notFound
	}
	return w.mayDo(by, w.captions[f].media, edit)
}

type replaceCaptions struct {
	captions       int
	language, text string // no language leaves it as it is
}

func (x *replaceCaptions) String() string {
	return fmt.Sprintf("replace captions f%d by %q, in %q", x.captions, x.text, x.language)
}

func (x *replaceCaptions) inModel(w *world, by asker) verdict {
	if v := w.mayCaption(by, x.captions); v != ok {
		return v
	}
	f := w.captions[x.captions]
	if !f.hasText() {
		return invalid
	}
	f.text = x.text
	if x.language != "" {
		f.language = x.language
	}
	return ok
}

func (x *replaceCaptions) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return errorOf(c.ReplaceCaptions(ctx, ids.captions.id(x.captions), library.Language(x.language), captionText(x.text)))
}

type publishCaptions struct {
	captions  int
	published bool
}

func (x *publishCaptions) String() string {
	return fmt.Sprintf("make captions f%d published %t", x.captions, x.published)
}

func (x *publishCaptions) inModel(w *world, by asker) verdict {
	if v := w.mayCaption(by, x.captions); v != ok {
		return v
	}
	f := w.captions[x.captions]
	if !f.hasText() {
		return invalid
	}
	f.status = "unpublished"
	if x.published {
		f.status = "published"
	}
	return ok
}

func (x *publishCaptions) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return errorOf(c.SetPublished(ctx, ids.captions.id(x.captions), x.published))
}

type deleteCaptions struct{ captions int }

func (x *deleteCaptions) String() string { return fmt.Sprintf("delete captions f%d", x.captions) }

func (x *deleteCaptions) inModel(w *world, by asker) verdict {
	if v := w.mayCaption(by, x.captions); v != ok {
		return v
	}
	if w.captions[x.captions].status == "processing" {
		return invalid // a service is still making them
	}
	for _, r := range w.requests {
		if r.captions == x.captions {
			r.captions = 0
		}
	}
	delete(w.captions, x.captions)
	return ok
}

func (x *deleteCaptions) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return c.DeleteCaptions(ctx, ids.captions.id(x.captions))
}

type requestCaptions struct {
	request, captions, media int
	language, service        string
}

func (x *requestCaptions) String() string {
	return fmt.Sprintf("request r%d: captions f%d in %s for m%d of %s", x.request, x.captions, x.language, x.media, x.service)
}

func (x *requestCaptions) inModel(w *world, by asker) verdict {
	if v := w.mayDo(by, x.media, edit); v != ok {
		return v
	}
	t, there := w.types[x.service]
	switch {
	case !there:
		return notFound
	case !covers(t.language, x.language):
		return invalid
	}
	w.captions[x.captions] = &captions{x.media, x.language, "processing", ""}
	w.requests[x.request] = &request{x.media, x.captions, x.language, "requested", x.service}
	return ok
}

func (x *requestCaptions) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	r, err := c.RequestCaptions(ctx, ids.media.id(x.media), library.Language(x.language), x.service)
	if err == nil {
		ids.requests.name(r.ID, x.request)
		ids.captions.name(*r.Captions, x.captions)
	}
	return err
}

type answerRequest struct {
	request int
	status  string
	without bool // the text that captions are fulfilled with
}

func (x *answerRequest) String() string {
	return fmt.Sprintf("answer r%d: %s, without a text %t", x.request, x.status, x.without)
}

func (x *answerRequest) inModel(w *world, by asker) verdict {
	r := w.requests[x.request]
	switch {
	case x.status == "fulfilled" && x.without:
		return missing
	case !by.all():
		return forbidden
	case r == nil:
		return notFound
	case r.closed():
		return missing // 400: a request is closed once
	}
	r.status = x.status
	if f := w.captions[r.captions]; r.closed() {
		f.status = "failed"
		if x.status == "fulfilled" {
			f.status, f.text = "published", "made to order"
		}
	}
	return ok
}

func (x *answerRequest) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	answer := library.RequestAnswer{Status: library.RequestStatus(x.status)}
	if x.status == "fulfilled" && !x.without {
		answer.Text = new(captionText("made to order"))
	}
	return c.AnswerRequest(ctx, ids.requests.id(x.request), answer)
}

type putServiceType struct{ key, language string }

func (x *putServiceType) String() string {
	return fmt.Sprintf("offer captions of %s in %q", x.key, x.language)
}

func (x *putServiceType) inModel(w *world, by asker) verdict {
	if !by.all() {
		return forbidden
	}
	t, there := w.types[x.key]
	if !there {
		for _, other := range w.types {
			t.made = max(t.made, other.made+1)
		}
	}
	t.language = x.language
	w.types[x.key] = t
	return ok
}

func (x *putServiceType) inLibrary(ctx context.Context, c *library.Change, _ *names) error {
	t := library.ServiceType{Key: x.key, Label: x.key}
	if x.language != "" {
		t.Languages = []library.Language{library.Language(x.language)}
	}
	return errorOf(c.PutServiceType(ctx, t))
}

type deleteServiceType struct{ key string }

func (x *deleteServiceType) String() string { return "offer captions of " + x.key + " no more" }

func (x *deleteServiceType) inModel(w *world, by asker) verdict {
	if !by.all() {
		return forbidden
	}
	if _, there := w.types[x.key]; !there {
		return notFound
	}
	delete(w.types, x.key)
	return ok
}

func (x *deleteServiceType) inLibrary(ctx context.Context, c *library.Change, _ *names) error {
	return c.DeleteServiceType(ctx, x.key)
}
