package app

import (
	"context"
	"encoding/hex"
	"errors"
	"path"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/caption"
	"github.com/lectern-media/lectern/internal/content"
	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/web"
)

// How long signed addresses are good. Those of files are for a day (the wire contract,
// section 6), and made for the full hour, so that who asks again gets the same and has it
// in the cache; those of a player's folder are for as long as a lecture is watched.
const (
	fileLife   = 24 * time.Hour
	folderLife = 12 * time.Hour
	hour       = time.Hour
)

// addresses are where bytes are put and had.
type addresses struct {
	signer *content.Signer
	clock  library.Clock
}

// Upload is [studioapi.Addresses]'s.
func (a addresses) Upload(embed uuid.UUID) (put, tus string) {
	now := a.clock()
	return a.signer.UploadURL(embed, now.Add(library.UploadLife)), a.signer.TusURL(embed, now.Add(library.ResumableLife))
}

// File is [studioapi.Addresses]'s.
func (a addresses) File(f library.MediaFile) string {
	return a.file(f, content.File{})
}

// Download is [studioapi.Addresses]'s.
func (a addresses) Download(m library.Media, f library.MediaFile, name string) string {
	return a.file(f, content.File{SaveAs: name, Archived: !m.Live()})
}

// file is the address of a file, which is shown as the other says.
func (a addresses) file(f library.MediaFile, shown content.File) string {
	shown.Key, shown.MIMEType = f.Key, f.MIMEType
	if extension := f.Extension(); path.Ext(f.Key) == "" && extension != "" {
		shown.Name = "lecture" + extension // clients recognize the type by how the path ends
	}
	return a.signer.FileURL(shown, a.clock().Truncate(hour).Add(fileLife+hour))
}

// Captions is [studioapi.Addresses]'s.
func (a addresses) Captions(f library.CaptionFile) (expires, signature string) {
	expiry := a.clock().Add(fileLife + hour - 1).Truncate(hour)
	return strconv.FormatInt(expiry.Unix(), 10), a.signer.CaptionSignature(f, expiry)
}

// OpensCaptions is [studioapi.Addresses]'s.
func (a addresses) OpensCaptions(ctx context.Context, f library.CaptionFile, expires, signature string) bool {
	seconds, err := strconv.ParseInt(expires, 10, 64)
	if err != nil || strconv.FormatInt(seconds, 10) != expires { // one address has one spelling
		return false
	}
	return a.signer.OpensCaptions(ctx, f, time.Unix(seconds, 0), signature)
}

// Folder is [web.Addresses]'s.
func (a addresses) Folder(key string) (address func(key string) string, err error) {
	of, _ := holdings.ParseKey(key)
	folder := a.signer.FolderURL(of.Run.Folder(), a.clock().Add(folderLife))
	return func(key string) string {
		if file, ok := holdings.ParseKey(key); ok && file.Run == of.Run {
			return folder + file.Name
		}
		return ""
	}, nil
}

// uploads tells the library of bytes that have come. It asks the storage whose it is, before
// and after: below a disk that was unmounted is a folder that would take them, and hide them
// when the disk is back.
type uploads struct {
	library *library.Library
	blobs   blob.Store
}

// FindUpload is [content.Uploads]'s.
func (u uploads) FindUpload(ctx context.Context, embed uuid.UUID) (library.MediaID, error) {
	return u.library.FindUpload(ctx, embed)
}

// MayUpload is [content.Uploads]'s.
func (u uploads) MayUpload(ctx context.Context, embed uuid.UUID, size int64) (library.MediaID, error) {
	id, err := u.library.MayUpload(ctx, embed, size)
	if err != nil {
		return 0, err
	}
	return id, holdings.Check(ctx, u.library, u.blobs)
}

// Announce is [content.Uploads]'s.
func (u uploads) Announce(ctx context.Context, embed uuid.UUID, size int64) (library.MediaID, error) {
	id, err := u.library.Announce(ctx, embed, size)
	if err != nil {
		return 0, err
	}
	return id, holdings.Check(ctx, u.library, u.blobs)
}

// BeginRun is [content.Uploads]'s.
func (u uploads) BeginRun(ctx context.Context) (uuid.UUID, error) { return u.library.BeginRun(ctx) }

// Uploaded is [content.Uploads]'s.
func (u uploads) Uploaded(ctx context.Context, is content.Upload) (replaced string, err error) {
	if err := holdings.Check(ctx, u.library, u.blobs); err != nil {
		return "", err
	}
	return u.library.Uploaded(ctx, is.EmbedID, library.Arrived{
		Media: is.Media, Key: is.Key, MIMEType: is.MIMEType, Size: is.Size, Checksum: hex.EncodeToString(is.SHA256[:]),
	})
}

// fileGroups serve bytes, and the pages that play them.
type fileGroups struct {
	content   *content.Handler
	pages     *web.Pages
	addresses addresses
}

// routeGroups are all of them.
func (r fileGroups) routeGroups() []front.RouteGroup {
	return append(r.pages.RouteGroups(), r.content.RouteGroup())
}

// newFileGroups makes what serves bytes at an address.
func (a *App) newFileGroups(ctx context.Context, publicURL string) (fileGroups, error) {
	var h fileGroups
	seals, err := a.library.Seals(ctx)
	if err != nil {
		return h, err
	}
	signer := content.NewSigner(seals, publicURL, a.clock)
	h.addresses = addresses{signer, a.clock}
	store, origin, err := a.redirector(ctx)
	if err != nil {
		return h, err
	}
	h.content, err = content.New(content.Options{
		Store: a.blobs, Signer: signer, Uploads: uploads{a.library, a.blobs}, Media: a.library, Logger: a.log, MaxUpload: library.MaxUpload,
		CheckStore: func(ctx context.Context) error { return holdings.Check(ctx, a.library, a.blobs) },
		Room:       a.given.room.check, Redirect: store, Subtitles: a.library, WebVTT: caption.WebVTT,
	})
	if err != nil {
		return h, err
	}
	// Pages name files below their own address, whatever that is called.
	own := content.NewSigner(seals, "", a.clock)
	pages := a.given.pages
	pages.Player, pages.Addresses, pages.FileOrigin = a.library, addresses{own, a.clock}, origin
	h.pages, err = web.New(pages)
	return h, err
}

// redirector is the storage where clients fetch recordings from it, and the origin of its
// addresses; nil where they do not.
func (a *App) redirector(ctx context.Context) (blob.Redirector, string, error) {
	if !a.given.redirect {
		return nil, "", nil
	}
	store, can := a.blobs.(blob.Redirector)
	if !can {
		return nil, "", errors.New("redirect-files: this storage does not support redirects; use s3://BUCKET")
	}
	origin, err := store.Origin(ctx)
	return store, origin, err
}
