// Package web serves the pages for people: the player, at /embed/{embed_id} and at
// /lti/launch, in a frame or on its own; and a front page, which says what this server is.
//
// [Player] decides what a page shows, and [Addresses] where its files are; this package
// decides neither. The pages are html/template files in the folder templates. Their scripts
// and styles are in the folder page. `make generate` bundles them with the libraries in
// vendored, which script/copy-player copies from npm, into the folder assets, and the result
// is committed. No page has inline scripts or styles, and the content security policy allows
// none.
package web

//go:generate go run ./gen -C .
