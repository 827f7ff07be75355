package settings

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// Size is a number of bytes in a setting: 500GB, 200MB, or a plain number. As in the limit of
// a file, a GB has 2³⁰ bytes.
type Size int64

// units are in the order in which String tries them.
var units = []struct {
	name string
	size int64
}{{"TB", 1 << 40}, {"GB", 1 << 30}, {"MB", 1 << 20}, {"KB", 1 << 10}}

// String returns the number in the largest unit of which it is a multiple.
func (s Size) String() string {
	for _, unit := range units {
		if s != 0 && int64(s)%unit.size == 0 {
			return strconv.FormatInt(int64(s)/unit.size, 10) + unit.name
		}
	}
	return strconv.FormatInt(int64(s), 10)
}

// UnmarshalText is [encoding.TextUnmarshaler]'s.
func (s *Size) UnmarshalText(text []byte) error {
	number, size := strings.ToUpper(strings.TrimSpace(string(text))), int64(1)
	for _, unit := range units {
		if digits, found := strings.CutSuffix(number, unit.name); found {
			number, size = strings.TrimSpace(digits), unit.size
			break
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n > math.MaxInt64/size || n < math.MinInt64/size {
		return errors.New("invalid number of bytes " + strconv.Quote(string(text)) + "; expected for example 500GB")
	}
	*s = Size(n * size)
	return nil
}
