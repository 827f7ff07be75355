package content

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"
	tusd "github.com/tus/tusd/v2/pkg/handler"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
)

// tusStore keeps resumable uploads as objects, which every node sees. Each is a run, with
// these names:
//
//	upload.json            what the client announced
//	part-<offset>-<uuid>   bytes from that offset on
//	mark-<offset>-<uuid>   how far the part counts, where it grows
type tusStore struct {
	content *Handler
	growing *growings
}

// partSize is after how many bytes they are made safe and count, in a part that ends or
// grows: what a killed process loses at most of what a client sent.
const partSize = 64 << 20

// tusUpload is one upload.
type tusUpload struct {
	content *Handler
	growing *growings
	id      string       // <grant>/<uuid>
	run     holdings.Run // which writes its objects
	stated  tusStated
}

// tusStated is what is kept of the announcement.
type tusStated struct {
	Media    uuid.UUID         `json:"media"` // its embed id: the id in the keys may have been another's
	Size     int64             `json:"size"`
	MetaData map[string]string `json:"metadata,omitempty"`
	Done     bool              `json:"done,omitempty"`
}

// NewUpload keeps what a client announced.
func (s *tusStore) NewUpload(ctx context.Context, info tusd.FileInfo) (tusd.Upload, error) {
	request := tusRequestOf(ctx)
	_, err := s.content.mayUpload(ctx, request.into.embed, info.Size)
	if err == nil {
		_, err = s.content.Uploads.Announce(ctx, request.into.embed, info.Size)
	}
	if err == nil {
		err = s.replace(ctx, request)
	}
	if err != nil {
		return nil, s.content.tusError(ctx, err)
	}
	run, err := s.content.Uploads.BeginRun(ctx)
	if err != nil {
		return nil, s.content.tusError(ctx, err)
	}
	upload := &tusUpload{
		content: s.content, growing: s.growing,
		id: request.grant + "/" + run.String(), run: runOf(request.into.id, run),
		stated: tusStated{Media: request.into.embed, Size: info.Size, MetaData: info.MetaData},
	}
	return upload, s.content.tusError(ctx, upload.keep(ctx))
}

// replace forgets the uploads of a media item that are not done: one at a time holds room, the
// newest. A request that sends bytes for one on this node ends first, as with every newer one.
func (s *tusStore) replace(ctx context.Context, request *tusRequest) error {
	before, err := s.unfinished(ctx, request.into.id)
	if err != nil || len(before) == 0 {
		return err
	}
	leave, err := s.content.enter(ctx, request.into.embed, request.idle)
	if err != nil {
		return err
	}
	defer leave()
	for _, upload := range before {
		err = errors.Join(err, upload.forget(ctx))
	}
	return err
}

// unfinished lists the uploads of the media item of a request that are not done. Those of another
// one that had its id before are the sweeper's.
func (s *tusStore) unfinished(ctx context.Context, media library.MediaID) (found []*tusUpload, err error) {
	var all []holdings.Run
	folder := holdings.Prefix + strconv.FormatInt(int64(media), 10) + "/"
	err = s.content.Store.List(ctx, folder, func(info blob.Info) error {
		if key, ok := holdings.ParseKey(info.Key); ok && key.Name == announcementName {
			all = append(all, key.Run)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, run := range all {
		upload := &tusUpload{content: s.content, growing: s.growing, run: run}
		err := upload.recall(ctx)
		if err == nil && !upload.stated.Done {
			found = append(found, upload)
		} else if err != nil && !errors.Is(err, blob.ErrNotFound) {
			return nil, err
		}
	}
	return found, nil
}

// announcement is the key of what the client announced.
func (u *tusUpload) announcement() string { return u.run.Key(announcementName).String() }

const announcementName = "upload.json"

// keep writes the announcement.
func (u *tusUpload) keep(ctx context.Context) error {
	text, err := json.Marshal(u.stated)
	if err != nil {
		return err
	}
	_, err = u.content.Store.Put(ctx, u.announcement(), bytes.NewReader(text), "application/json")
	return err
}

// GetUpload finds an upload of the media that the request's grant is for. Bytes are taken
// for one only as long as the media item waits for them.
func (s *tusStore) GetUpload(ctx context.Context, id string) (tusd.Upload, error) {
	request := tusRequestOf(ctx)
	grant, name, _ := strings.Cut(id, "/")
	run, err := uuid.Parse(name)
	if err != nil || run.String() != name || grant != request.grant {
		return nil, s.content.tusError(ctx, blob.ErrNotFound)
	}
	upload := &tusUpload{content: s.content, growing: s.growing, id: id, run: runOf(request.into.id, run)}
	err = upload.recall(ctx)
	if err == nil && request.method == http.MethodPatch && !upload.stated.Done {
		_, err = s.content.Uploads.MayUpload(ctx, request.into.embed, upload.stated.Size)
		if err == nil {
			err = s.content.hasRoom(0) // a part of the bytes is there
		}
	}
	if err != nil {
		return nil, s.content.tusError(ctx, err)
	}
	return upload, nil
}

// recall reads the announcement. One that was made for another media item, whose id this one
// has now, is not there.
func (u *tusUpload) recall(ctx context.Context) (err error) {
	object, err := u.content.Store.Open(ctx, u.announcement())
	if err != nil {
		return err
	}
	defer object.Close()
	if err := json.NewDecoder(object).Decode(&u.stated); err != nil {
		return err
	}
	if u.stated.Media != tusRequestOf(ctx).into.embed {
		return blob.ErrNotFound
	}
	return nil
}

// GetInfo says how far the upload is. One whose bytes are all there but which never came to
// its end, as its server died, ends now: the client asks where to continue and will send
// nothing more.
func (u *tusUpload) GetInfo(ctx context.Context) (tusd.FileInfo, error) {
	info := tusd.FileInfo{ID: u.id, Size: u.stated.Size, Offset: u.stated.Size, MetaData: u.stated.MetaData}
	if u.stated.Done {
		return info, nil
	}
	parts, err := u.parts(ctx)
	if err != nil {
		return info, u.content.tusError(ctx, err)
	}
	info.Offset = endOf(parts)
	if tusRequestOf(ctx).method != http.MethodHead {
		return info, nil
	}
	if info.Offset == info.Size {
		return info, u.FinishUpload(ctx)
	}
	if u.isDoneByNow(ctx) { // by another node, which has removed parts before or while they were listed
		info.Offset = info.Size
	}
	return info, nil
}

// WriteChunk stores what arrives, even if the connection is interrupted: tusd ends the reader then.
func (u *tusUpload) WriteChunk(ctx context.Context, offset int64, src io.Reader) (written int64, err error) {
	request := tusRequestOf(ctx)
	src = u.content.Room.Within(&finite{src, request, u.content.Signer.clock})
	defer request.idle.moved() // for the answer
	grown := u.growing.take(u.run)
	for {
		first := make([]byte, 1)
		if _, err := io.ReadFull(src, first); errors.Is(err, io.EOF) {
			u.growing.put(u.run, grown)
			return written, nil
		} else if library.KindOf(err) == library.KindNoSpace {
			u.growing.put(u.run, grown)
			return written, u.content.tusError(ctx, err)
		} else if err != nil {
			return written, err
		}
		stretch := io.LimitReader(io.MultiReader(bytes.NewReader(first), src), partSize)
		grown, err = u.write(ctx, grown, offset+written, stretch)
		if err != nil {
			return written, u.content.tusError(ctx, err)
		}
		written = grown.end - offset
	}
}

// isDoneByNow says whether another node has brought the upload to its end.
func (u *tusUpload) isDoneByNow(ctx context.Context) bool {
	now := *u
	if err := now.recall(ctx); err != nil || !now.stated.Done {
		return false
	}
	u.stated.Done = true
	return true
}

// GetReader is for downloads, of which there are none here.
func (u *tusUpload) GetReader(context.Context) (io.ReadCloser, error) {
	return nil, tusd.ErrNotImplemented
}

// FinishUpload makes the original of the parts and tells the library, unless that takes no
// bytes any more: then nothing is copied for it, however often the client asks.
func (u *tusUpload) FinishUpload(ctx context.Context) error {
	request := tusRequestOf(ctx)
	ctx = context.WithoutCancel(ctx) // all bytes are here: that the client goes changes nothing
	request.idle.wait()
	defer request.idle.moved() // for the answer
	_, err := u.content.Uploads.MayUpload(ctx, request.into.embed, u.stated.Size)
	if err == nil {
		err = u.makeOriginal(ctx, request.into)
	}
	if err != nil && u.isDoneByNow(ctx) { // by another node, which took the parts away meanwhile
		return nil
	}
	if err != nil {
		return u.content.tusError(ctx, err)
	}
	u.stated.Done = true
	if err = u.keep(ctx); err == nil {
		err = u.removeParts(ctx)
	}
	if err != nil { // the sweeper's now
		u.content.Logger.WarnContext(ctx, "the parts of an upload stay behind", "folder", u.run.Folder(), "error", err)
	}
	return nil
}

// makeOriginal makes the original of the parts, without copying where there is only one.
func (u *tusUpload) makeOriginal(ctx context.Context, into recipient) error {
	if grown := u.growing.take(u.run); grown.isWhole(u.stated.Size) {
		return u.adopt(ctx, into, grown)
	}
	return u.join(ctx, into)
}

// adopt makes the original of the one part that has all bytes.
func (u *tusUpload) adopt(ctx context.Context, into recipient, grown *growing) error {
	path, err := u.content.Store.File(ctx, grown.key, "")
	if err != nil {
		return err
	}
	key, err := u.content.freshKey(ctx, into.id)
	if err != nil {
		return err
	}
	upload := Upload{
		EmbedID: into.embed, Media: into.id, Key: key, Size: u.stated.Size,
		SHA256: [32]byte(grown.sha256.Sum(nil)),
	}
	info, err := u.content.Store.PutFile(ctx, upload.Key, path, u.stated.MetaData["filetype"])
	if err == nil && info.Size != upload.Size {
		err = fmt.Errorf("%s has %d bytes, of which %d were written", grown.key, info.Size, upload.Size)
	}
	if err != nil {
		return err
	}
	upload.MIMEType = info.MIMEType
	return u.content.tell(ctx, upload)
}

// join makes the original of the parts, by copying them, if there is room for the copy.
func (u *tusUpload) join(ctx context.Context, into recipient) error {
	if err := u.content.hasRoom(u.stated.Size); err != nil {
		return err
	}
	parts, err := u.parts(ctx)
	if err != nil {
		return err
	}
	if end := endOf(parts); end != u.stated.Size {
		return fmt.Errorf("%s: %d bytes of %d are there", u.run.Folder(), end, u.stated.Size)
	}
	joined := u.content.Room.Within(&joined{ctx: ctx, store: u.content.Store, parts: parts})
	return u.content.receive(ctx, into, joined, u.stated.MetaData["filetype"])
}

// AsTerminatableUpload is tusd's way to ask for Terminate.
func (*tusStore) AsTerminatableUpload(upload tusd.Upload) tusd.TerminatableUpload {
	return upload.(*tusUpload) //nolint:forcetypeassert // from GetUpload, which makes no other
}

// Terminate forgets an upload, by the announcement first: without it nobody asks for the
// parts any more.
func (u *tusUpload) Terminate(ctx context.Context) error {
	err := u.forget(ctx)
	if err == nil && !u.stated.Done {
		_, err = u.content.Uploads.Announce(ctx, u.stated.Media, 0)
	}
	return u.content.tusError(ctx, err)
}

// forget removes all that there is of an upload.
func (u *tusUpload) forget(ctx context.Context) error {
	u.growing.take(u.run)
	err := u.content.Store.Delete(ctx, u.announcement())
	if err == nil {
		err = u.removeParts(ctx)
	}
	return err
}

// removeParts deletes every part and mark, also those that are of no use.
func (u *tusUpload) removeParts(ctx context.Context) error {
	var keys []string
	err := u.content.Store.List(ctx, u.run.Folder(), func(info blob.Info) error {
		if info.Key != u.announcement() {
			keys = append(keys, info.Key)
		}
		return nil
	})
	for _, key := range keys {
		err = errors.Join(err, u.content.Store.Delete(ctx, key))
	}
	return err
}

// tusError is an error as tusd answers it. The context is one that tusd got from [tus.serve]:
// nothing else calls the store, so there is always a request.
func (h *Handler) tusError(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	request := tusRequestOf(ctx)
	status, header, body := request.x.Explain(request.http.WithContext(ctx), missing(err, "there is no such upload"))
	header.Del("Access-Control-Allow-Origin") // tusd sets its own
	refusal := tusd.NewError("ERR_LECTERN", http.StatusText(status), status)
	refusal.HTTPResponse.Body = string(body)
	for name := range header {
		refusal.HTTPResponse.Header[name] = header.Get(name)
	}
	return refusal
}
