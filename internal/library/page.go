package library

import "math"

// The limits of a page (the wire contract, section 1).
const (
	DefaultPageSize = 20
	MaxPageSize     = 50
)

// Page names one page of a list: Number counts from 1, Size is 1 to [MaxPageSize].
type Page struct {
	Number int64
	Size   int64
}

// Offset is the number of items before the page. It stops at the largest int64, so
// that a page however far away is empty and never wraps around to the first.
func (p Page) Offset() int64 {
	if p.Number-1 > math.MaxInt64/p.Size {
		return math.MaxInt64
	}
	return (p.Number - 1) * p.Size
}

// Paged is one page of a list, and how long the whole list is.
type Paged[T any] struct {
	Items []T
	Total int64
	Page  Page
}

// LastPage is the number of the last page that holds something, at least 1.
func (p Paged[T]) LastPage() int64 {
	return max(1, (p.Total+p.Page.Size-1)/p.Page.Size)
}
