// Package web serves the pages for people. So far that is the player, at
// /embed/{embed_id}: made to be put into a frame, and to be opened alone.
//
// What a page shows it asks of [Player], where its files are of [Addresses]; both decide
// nothing here. Pages are html/template's, one file each in templates. Their scripts and
// styles stand in page and are bundled with the libraries in vendored, which
// script/copy-player copies from npm, into assets: `make generate` does that, and what it
// writes is committed. No page has a script or a style in it, and its policy lets none
// run.
package web

//go:generate go run ./gen -C .
