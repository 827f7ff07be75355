package library

import (
	"context"
	"net/url"
)

// NewImport is a media item to be imported from an address.
type NewImport struct {
	Owner       UserID       // 0: the actor
	Home        CollectionID // 0: the owner's My Library
	URL         string
	Title       string // of an external media item empty: what it is called there
	Description *string
	AutoCaption bool
	// External is where the media item plays instead of here, SourceYouTube or SourceVimeo;
	// empty where its bytes are fetched.
	External Source
}

// ImportMedia makes a media item whose bytes the library fetches in the background, or one
// that plays at YouTube or Vimeo.
func (c *Change) ImportMedia(ctx context.Context, n NewImport) (MediaAtHome, error) {
	if err := checkImportURL(n.URL); err != nil {
		return MediaAtHome{}, err
	}
	if err := noAutoCaption(n.AutoCaption); err != nil {
		return MediaAtHome{}, err
	}
	wanted := NewMedia{
		Owner: n.Owner, Home: n.Home, Title: n.Title, Description: n.Description, Source: SourceURL, begins: EventImport,
	}
	job := Job{Task: TaskFetch}
	if n.External != "" {
		wanted.Source, wanted.begins, job.Task = n.External, EventImportExternal, TaskLookUp
		if wanted.Title == "" {
			wanted.Title = n.URL
		}
	}
	m, err := c.arrive(ctx, wanted)
	if err != nil {
		return MediaAtHome{}, err
	}
	p := Processing{URL: &n.URL, UpdatedAt: c.now}
	if err := c.setProcessing(ctx, m.ID, p); err != nil {
		return MediaAtHome{}, err
	}
	job.Media, job.Owner = m.ID, m.Owner.ID
	if err := c.tx.Enqueue(ctx, job); err != nil {
		return MediaAtHome{}, err
	}
	return c.mediaAtHome(ctx, m.ID)
}

// MaxURL bounds the address of an import in bytes.
const MaxURL = 2000

func checkImportURL(address string) error {
	u, err := url.Parse(address)
	switch {
	case len(address) > MaxURL:
		return Invalid("url", "is longer than %d bytes", MaxURL)
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return Invalid("url", "must begin with http:// or https:// and name a host")
	}
	return nil
}
