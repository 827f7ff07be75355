// Gen bundles the scripts of the pages: what stands in internal/web/page, with what
// script/copy-player copies into internal/web/vendored, becomes internal/web/assets.
// With -vendor it makes one file of those parts of media-chrome that the player is
// made of, which is that script's business.
//
//	go run ./internal/web/gen [-vendor FOLDER -o FILE] [-C FOLDER]
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// entries are the scripts and styles that pages name; what they import comes along.
var entries = []string{"framed.js", "player.js", "waiting.js", "page.css", "noscript.css"}

// parts are the elements of media-chrome that the player's template uses. Each imports
// what it needs itself.
var parts = []string{
	"media-controller", "media-control-bar", "media-play-button", "media-seek-backward-button",
	"media-seek-forward-button", "media-mute-button", "media-volume-range", "media-time-range",
	"media-time-display", "media-pip-button", "media-fullscreen-button", "media-poster-image",
	"media-loading-indicator", "media-error-dialog", "media-preview-thumbnail",
	"media-preview-time-display", "menu/index",
}

// browsers are the oldest ones that the pages are for.
var browsers = []api.Engine{
	{Name: api.EngineChrome, Version: "100"},
	{Name: api.EngineFirefox, Version: "100"},
	{Name: api.EngineSafari, Version: "15.4"},
}

func main() {
	vendor := flag.String("vendor", "", "media-chrome's `folder` dist, to make one file of")
	output := flag.String("o", "", "the `file` to write with -vendor")
	folder := flag.String("C", "internal/web", "the `folder` of package web")
	flag.Parse()
	err := errors.New("-vendor and -o go together")
	switch {
	case *vendor != "" && *output != "":
		err = vendorParts(*vendor, *output)
	case *vendor == "" && *output == "":
		err = bundle(*folder)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "web/gen:", err)
		os.Exit(1)
	}
}

// bundle writes the scripts and styles as pages load them, without what is left over
// from earlier ones.
func bundle(folder string) error {
	options := api.BuildOptions{
		Outdir: filepath.Join(folder, "assets"), Write: true,
		Bundle: true, Format: api.FormatIIFE, Engines: browsers, Charset: api.CharsetUTF8,
		MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true,
		LegalComments: api.LegalCommentsNone, // the licences are served beside
	}
	for _, entry := range entries {
		options.EntryPoints = append(options.EntryPoints, filepath.Join(folder, "page", entry))
	}
	return built(api.Build(options))
}

// vendorParts makes one module of parts of media-chrome. It stays legible, so that the
// next version shows what it changes.
func vendorParts(dist, output string) error {
	dist, err := filepath.Abs(dist)
	if err != nil {
		return err
	}
	if output, err = filepath.Abs(output); err != nil {
		return err
	}
	var imports strings.Builder
	for _, part := range parts {
		fmt.Fprintf(&imports, "import %q;\n", "./"+part+".js")
	}
	return built(api.Build(api.BuildOptions{
		Stdin:   &api.StdinOptions{Contents: imports.String(), ResolveDir: dist},
		Outfile: output, Write: true,
		AbsWorkingDir: dist, // or comments would name a temporary folder
		Bundle:        true, Format: api.FormatESModule, Engines: browsers, Charset: api.CharsetUTF8,
		LegalComments: api.LegalCommentsNone,
	}))
}

// built turns what esbuild says into an error. A warning is one too: it would be seen
// only by who runs this.
func built(result api.BuildResult) error {
	said := slices.Concat(result.Errors, result.Warnings)
	if len(said) == 0 {
		return nil
	}
	lines := api.FormatMessages(said, api.FormatMessagesOptions{Kind: api.ErrorMessage})
	return errors.New(strings.Join(lines, "\n"))
}
