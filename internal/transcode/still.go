package transcode

import (
	"encoding/binary"
	"io"
)

// stillBrands are the brands of files with single pictures in the container that recordings
// have (ISO/IEC 23008-12, annex B, and the AV1 Image File Format), and what people call them.
var stillBrands = map[string]string{
	"avif": "AVIF", "heic": "HEIC", "heix": "HEIC", "heim": "HEIC", "heis": "HEIC",
	"mif1": "HEIF", "mif2": "HEIF", "miaf": "HEIF", "jpeg": "HEIF", "avci": "HEIF",
	"crx ": "Canon raw", "jxl ": "JPEG XL", "jp2 ": "JPEG 2000", "jpx ": "JPEG 2000", "jpm ": "JPEG 2000",
}

// mostTopBoxes is how many boxes of a file are looked at for one that has a recording.
const mostTopBoxes = 64

// stillPicture names the kind of picture that a file in the container of MP4 is, or gives ""
// for what has tracks, as recordings and sequences of pictures do, and for other files.
func stillPicture(from io.ReaderAt, size int64) string {
	var name string
	hasItems := false
	for at, n := int64(0), 0; at+8 <= size && n < mostTopBoxes; n++ {
		var head [16]byte
		if _, err := from.ReadAt(head[:8], at); err != nil {
			break
		}
		length, inner := int64(binary.BigEndian.Uint32(head[:4])), int64(8)
		switch length {
		case 0:
			length = size - at
		case 1:
			if _, err := from.ReadAt(head[8:], at+8); err != nil {
				return ""
			}
			length, inner = int64(binary.BigEndian.Uint64(head[8:])), 16
		}
		if length < inner || length > size-at {
			break // cut, or no box
		}
		switch kind := string(head[4:8]); {
		case n == 0 && kind != "ftyp":
			return ""
		case kind == "ftyp":
			name = brandOf(from, at+inner, min(length-inner, 256))
			if name == stillBrands["crx "] {
				return name // its tracks have the raw picture and its previews
			}
		case kind == "meta":
			hasItems = true
		case kind == "moov", kind == "moof":
			return ""
		}
		at += length
	}
	if !hasItems {
		return ""
	}
	return name
}

// brandOf names the picture by its major brand, else by one it is compatible with.
func brandOf(from io.ReaderAt, at, length int64) string {
	box := make([]byte, length)
	if _, err := from.ReadAt(box, at); err != nil || len(box) < 8 {
		return ""
	}
	brands := []string{string(box[:4])}
	for rest := box[8:]; len(rest) >= 4; rest = rest[4:] {
		brands = append(brands, string(rest[:4]))
	}
	var name string
	for _, brand := range brands {
		if found := stillBrands[brand]; found != "" && (name == "" || name == "HEIF") {
			name = found
		}
	}
	return name
}

// webP says which kind of WebP a file is, or gives "".
func webP(head []byte) string {
	if len(head) < 21 || string(head[:4]) != "RIFF" || string(head[8:12]) != "WEBP" {
		return ""
	}
	const animation = 0x02 // in the flags of the extended header
	if string(head[12:16]) == "VP8X" && head[20]&animation != 0 {
		return "an animated picture (WebP)"
	}
	return "a picture (WebP)"
}
