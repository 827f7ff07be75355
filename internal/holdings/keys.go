package holdings

import (
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/blob"
)

// Prefix begins the key of every object that belongs to a media item. Other objects in a
// storage, except the mark, are not Lectern's.
const Prefix = "media/"

// Original is the name of the object with the bytes of a recording as they were sent.
const Original = "original"

// Run is one attempt to write objects for a media item: an upload, or one execution of a
// job. Its objects have keys of their own, so two attempts never write the same object.
type Run struct {
	Media int64 // id of the media item, above 0
	ID    uuid.UUID
}

// Folder is what the keys of all objects of the run begin with: media/<id>/<run>/.
func (r Run) Folder() string {
	return Prefix + strconv.FormatInt(r.Media, 10) + "/" + r.ID.String() + "/"
}

// Key is the key of an object of the run. The name may have several segments, as in
// hls/720p.mp4; the storage rejects one that [blob.CheckKey] rejects.
func (r Run) Key(name string) Key { return Key{r, name} }

// Key names an object that belongs to a media item.
type Key struct {
	Run  Run
	Name string // within the folder of the run
}

// String is the key as the storage and the library's rows have it.
func (k Key) String() string { return k.Run.Folder() + k.Name }

// MediaOf is the id of the media item that an object belongs to, by its key. It reads no more
// of the key than that.
func MediaOf(key string) (media int64, ok bool) {
	rest, ok := strings.CutPrefix(key, Prefix)
	id, _, within := strings.Cut(rest, "/")
	media, err := strconv.ParseInt(id, 10, 64)
	if !ok || !within || err != nil || media < 1 {
		return 0, false
	}
	return media, true
}

// ParseKey reads a key that [Key.String] has written. Any other text is not a key.
func ParseKey(text string) (key Key, ok bool) {
	rest, ok := strings.CutPrefix(text, Prefix)
	if !ok || blob.CheckKey(text) != nil {
		return Key{}, false
	}
	parts := strings.SplitN(rest, "/", 3)
	if len(parts) < 3 {
		return Key{}, false
	}
	media, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil || media < 1 {
		return Key{}, false
	}
	run, err := uuid.Parse(parts[1])
	if err != nil {
		return Key{}, false
	}
	if key = (Run{media, run}).Key(parts[2]); key.String() != text { // one key has one spelling
		return Key{}, false
	}
	return key, true
}
