// Package web serves the pages for people: the player, at /embed/{embed_id} and at
// /lti/launch, made to be put into a frame and to be opened alone; and a front page, which
// says what this server is.
//
// What a page shows it asks of [Player], where its files are of [Addresses]; both decide
// nothing here. Pages are html/template's, one file each in templates. Their scripts and
// styles stand in page and are bundled with the libraries in vendored, which
// script/copy-player copies from npm, into assets: `make generate` does that, and what it
// writes is committed. No page has a script or a style in it, and its policy lets none
// run.
package web

//go:generate go run ./gen -C .
