package demo

import (
	"context"
	"fmt"
	"slices"

	"github.com/lectern-media/lectern/internal/caption"
	"github.com/lectern-media/lectern/internal/fixture"
	"github.com/lectern-media/lectern/internal/library"
)

// The clips of the demo.
const (
	lectureClip = "lecture"
	phoneClip   = "phone"
	podcastClip = "podcast"
)

// clipOf says which clip a media item of the school is: what a phone would have taken,
// what is listened to, and else a lecture.
func clipOf(m fixture.Media) string {
	for _, tag := range m.Tags {
		switch tag {
		case "film", "robotics", "microscopy", "field trip":
			return phoneClip
		case "music", "literature", "talk", "mentoring":
			return podcastClip
		}
	}
	return lectureClip
}

func isFinished(m fixture.Media) bool {
	return m.Status == library.Finished || m.Status == ""
}

// giveClips lets every finished media of the school play, the lectures with captions in
// two languages.
func (d *Demo) giveClips(ctx context.Context, f fixture.Fixture) error {
	clips, err := readClips()
	if err != nil {
		return err
	}
	captions, err := readClipCaptions()
	if err != nil {
		return err
	}
	return d.app.Library().Change(ctx, library.Operator(), func(c *library.Change) error {
		for _, m := range f.Media {
			if !isFinished(m) {
				continue
			}
			name, id := clipOf(m), d.Media[m.Key]
			if err := c.GiveFiles(ctx, id, clips[name].Duration, clips[name].of(id, clipRuns()[name])); err != nil {
				return fmt.Errorf("the clip of %s: %w", m.Key, err)
			}
			// Recordings that nobody has gone over have none yet.
			if name != lectureClip || m.Source == library.SourceRecording || m.ArchivedAt != nil {
				continue
			}
			for _, written := range captions {
				if _, err := c.AddCaptions(ctx, id, written.in, written.text); err != nil {
					return fmt.Errorf("the captions of %s: %w", m.Key, err)
				}
			}
		}
		return nil
	})
}

// clipCaptions is captions of the lecture.
type clipCaptions struct {
	in   library.Language
	text library.CaptionText
}

func readClipCaptions() ([]clipCaptions, error) {
	var all []clipCaptions
	for _, language := range []string{"de", "en"} {
		in, err := library.ParseLanguage("language", language)
		if err != nil {
			return nil, err
		}
		written, err := clipFiles.ReadFile(clipFolder + "/lecture." + language + ".vtt")
		if err != nil {
			return nil, err
		}
		text, err := caption.Read("lecture."+language+".vtt", written, in)
		if err != nil {
			return nil, err
		}
		all = append(all, clipCaptions{in, text})
	}
	return all, nil
}

// invite makes an address at which a browser plays a lecture with captions.
func (d *Demo) invite(ctx context.Context, f fixture.Fixture) error {
	at := slices.IndexFunc(f.Media, func(m fixture.Media) bool {
		return isFinished(m) && clipOf(m) == lectureClip && m.Source != library.SourceRecording && m.ArchivedAt == nil
	})
	if at < 0 {
		return nil
	}
	m := f.Media[at]
	owner, err := d.app.Library().Authenticate(ctx, d.Tokens[m.Owner])
	if err != nil {
		return err
	}
	played, ticket, _, err := d.app.Library().EmbedTicket(ctx, owner, d.Media[m.Key])
	if err != nil {
		return err
	}
	d.PlayerURL = fmt.Sprintf("%s/embed/%s?ticket=%s", d.BaseURL, played.EmbedID, ticket)
	return nil
}
