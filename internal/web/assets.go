package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
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

// assets are the files that pages load. Their addresses hold a sum of what is in them, so
// that they may be kept for ever.
type assets struct {
	byName map[string]string        // player.js → player.0123456789ab.js
	files  map[string]*front.Static // by the latter
}

func readAssets() (assets, error) {
	a := assets{byName: make(map[string]string), files: make(map[string]*front.Static)}
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
			a.add(entry.Name(), content)
		}
	}
	icon, err := iconFiles.ReadFile("icons/icon.svg")
	if err != nil {
		return assets{}, fmt.Errorf("read the pages' icon: %w", err)
	}
	a.add("icon.svg", icon)
	return a, nil
}

func (a assets) add(name string, content []byte) {
	sum := sha256.Sum256(content)
	extension := path.Ext(name)
	address := strings.TrimSuffix(name, extension) + "." + hex.EncodeToString(sum[:6]) + extension
	a.byName[name], a.files[address] = address, front.NewStatic(assetTypes[extension], content)
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
	x.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	return file.Serve(x, r)
}
