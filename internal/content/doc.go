// Package content transfers files over HTTP: playback and downloads, and uploads in one piece
// or resumable. Permissions are decided earlier, when a signed address is issued; this package
// only checks that an address is genuine and not expired.
package content
