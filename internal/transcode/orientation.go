package transcode

import (
	"math"
	"strconv"
	"strings"
)

// orientation is how a player has to turn, mirror and stretch the coded pictures.
type orientation struct {
	// rotation is in degrees clockwise: 0, 90, 180, 270, or an odd angle between.
	rotation int
	mirrored bool
	// stretch is by how much more the pictures are widened than heightened, before turning.
	stretch float64
}

// upright is the orientation of pictures that are shown as they are coded.
var upright = orientation{stretch: 1}

// readOrientation reads a display matrix as ffprobe prints it: three lines, each a label and
// three numbers (ISO/IEC 14496-12, 6.2.2):
//
//	00000000:        65536           0           0
//	00000001:            0      -65536           0
//	00000002:            0    58982400  1073741824
//
// Of the last line, which moves the pictures, players take no notice. A matrix that is not
// legible, or maps everything to a line, is as good as none.
func readOrientation(matrix string) orientation {
	var rows [][3]float64
	for line := range strings.Lines(matrix) {
		_, numbers, labelled := strings.Cut(line, ":")
		fields := strings.Fields(numbers)
		if !labelled || len(fields) != 3 {
			continue
		}
		var row [3]float64
		for i, field := range fields {
			row[i], _ = strconv.ParseFloat(field, 64)
		}
		rows = append(rows, row)
	}
	if len(rows) < 2 {
		return upright
	}
	a, b, c, d := rows[0][0], rows[0][1], rows[1][0], rows[1][1]
	determinant := a*d - b*c
	if determinant == 0 || math.IsNaN(determinant) || math.IsInf(determinant, 0) {
		return upright
	}
	angle := math.Atan2(b, a) * 180 / math.Pi
	return orientation{
		rotation: (int(math.Round(angle)) + 360) % 360,
		mirrored: determinant < 0,
		stretch:  math.Hypot(a, b) / math.Hypot(c, d),
	}
}

// orientation finds the display matrix among the side data of a stream.
func (s *stream) orientation() orientation {
	for _, side := range s.SideData {
		if side.Matrix != "" {
			return readOrientation(side.Matrix)
		}
	}
	return upright
}
