// Package content moves bytes over HTTP: what is played and downloaded, and what is
// uploaded, at once or resumably. Who may is decided before, by whoever hands out the
// signed addresses; here it is only checked that an address is genuine and not expired.
package content
