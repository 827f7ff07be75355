package transcode

import (
	"math"
	"strconv"
)

// Rendition is one height that a recording is offered in.
type Rendition struct {
	// Definition is its name for people: "720p", by the short side.
	Definition    string
	Width, Height int // both even
	// Bitrate is the most that its video may take, in bits per second.
	Bitrate int64
}

// rungs are the short sides that are usual, and what video of each may take. The values
// are for lectures at 30 frames a second with x264's veryfast preset: slides and faces
// stay far below, which costs nothing, since quality is constant and this only a bound.
var rungs = []struct {
	side    int
	bitrate int64
}{{360, 900_000}, {720, 2_800_000}, {1080, 5_000_000}}

// ladder gives the renditions of a video, lowest first, none higher than the original.
// A height between two rungs is kept as the highest rendition where it is more than a
// quarter above the rung below: 480p would lose to 360p what 800p hardly loses to 720p.
func ladder(width, height int) []Rendition {
	short := min(width, height)
	var made []Rendition
	for i, rung := range rungs {
		if short < rung.side {
			if i == 0 || short*4 > rungs[i-1].side*5 {
				made = append(made, rendition(width, height, even(float64(short)), rung.bitrate))
			}
			break
		}
		next := rendition(width, height, rung.side, rung.bitrate)
		if i > 0 && next.Width <= made[i-1].Width && next.Height <= made[i-1].Height {
			break // both were made to fit into longestSide
		}
		made = append(made, next)
	}
	return made
}

// longestSide keeps a strip of 20 by 20,000 pixels from becoming one of 360 by 360,000,
// and is what H.264's levels for browsers take.
const longestSide = 4096

func rendition(width, height, side int, bitrate int64) Rendition {
	scale := float64(side) / float64(min(width, height))
	if longest := float64(max(width, height)) * scale; longest > longestSide {
		scale *= longestSide / longest
	}
	made := Rendition{Bitrate: bitrate, Width: even(float64(width) * scale), Height: even(float64(height) * scale)}
	made.Definition = strconv.Itoa(min(made.Width, made.Height)) + "p"
	return made
}

// even is what 4:2:0 needs.
func even(length float64) int { return max(2, int(math.Round(length/2))*2) }

// original is the rendition that a video is in already.
func original(v Video) Rendition {
	return Rendition{
		Definition: strconv.Itoa(min(v.Width, v.Height)) + "p",
		Width:      v.Width, Height: v.Height, Bitrate: v.Bitrate,
	}
}

// renditions are what is made of a file.
func renditions(p Probe) []Rendition {
	switch {
	case p.Video == nil:
		return []Rendition{{Definition: audioDefinition}}
	case p.Video.Plays:
		return []Rendition{original(*p.Video)}
	default:
		return ladder(p.Video.Width, p.Video.Height)
	}
}

// audioDefinition names the only rendition of a recording without pictures.
const audioDefinition = "audio"

// drawnDefinition names a thumbnail that was drawn of the sound, and shows no more than its
// waveform does.
const drawnDefinition = "waveform"
