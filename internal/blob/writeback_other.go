//go:build !linux

package blob

import "os"

// beginWriteback is for systems on which a file can be synced as a whole only.
func beginWriteback(*os.File, int64, int64) {}
