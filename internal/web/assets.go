package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/lectern-media/lectern/internal/front"
)

// assetFiles is what gen bundled, and the licences of what is in it.
//
//go:embed assets vendored/*.LICENSE.txt
var assetFiles embed.FS

var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
	".txt": "text/plain; charset=utf-8",
}

// asset is a file that pages load.
type asset struct {
	contentType   string
	content, gzip []byte // gzip is nil where it would not pay
}

// assets are the files that pages load. Their addresses hold a sum of what is in them, so
// that they may be kept for ever.
type assets struct {
	byName map[string]string // player.js → player.0123456789ab.js
	files  map[string]asset  // by the latter
}

func readAssets() (assets, error) {
	a := assets{byName: make(map[string]string), files: make(map[string]asset)}
	for _, folder := range []string{"assets", "vendored"} {
		entries, err := assetFiles.ReadDir(folder)
		if err != nil {
			return assets{}, fmt.Errorf("read the pages' assets: %w", err)
		}
		for _, entry := range entries {
			content, err := assetFiles.ReadFile(folder + "/" + entry.Name())
			if err != nil {
				return assets{}, fmt.Errorf("read the pages' asset: %w", err)
			}
			if err := a.add(entry.Name(), content); err != nil {
				return assets{}, err
			}
		}
	}
	icon, err := iconFiles.ReadFile("icons/icon.svg")
	if err != nil {
		return assets{}, fmt.Errorf("read the pages' icon: %w", err)
	}
	if err := a.add("icon.svg", icon); err != nil {
		return assets{}, err
	}
	return a, nil
}

func (a assets) add(name string, content []byte) error {
	sum := sha256.Sum256(content)
	extension := path.Ext(name)
	address := strings.TrimSuffix(name, extension) + "." + hex.EncodeToString(sum[:6]) + extension
	file := asset{contentType: assetTypes[extension], content: content}
	packed, err := pack(content)
	if err != nil {
		return fmt.Errorf("compress the pages' asset %s: %w", name, err)
	}
	if len(packed) < len(content)*9/10 {
		file.gzip = packed
	}
	a.byName[name], a.files[address] = address, file
	return nil
}

func pack(content []byte) ([]byte, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// address is where an asset is.
func (a assets) address(name string) (string, error) {
	address, found := a.byName[name]
	if !found {
		return "", fmt.Errorf("there is no asset %q", name)
	}
	return "/assets/" + address, nil
}

func (a assets) serve(x *front.Exchange, r *http.Request) error {
	file, found := a.files[r.PathValue("file")]
	if !found {
		return front.ErrNoPath
	}
	content := file.content
	x.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	if file.gzip != nil {
		x.Header().Set("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			x.Header().Set("Content-Encoding", "gzip")
			content = file.gzip
		}
	}
	x.Answer(http.StatusOK, file.contentType, content)
	return nil
}

// acceptsGzip says whether a browser takes gzip; who names it with a weight of nothing
// does not.
func acceptsGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(coding), ";")
		if strings.TrimSpace(name) != "gzip" {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
		return err != nil || q > 0
	}
	return false
}
