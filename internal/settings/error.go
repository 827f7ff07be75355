package settings

import "errors"

// Error says what is wrong with settings: each line begins with the name of one.
type Error struct{ Err error }

// Error is the complaints, one a line.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the complaints.
func (e *Error) Unwrap() error { return e.Err }

// Join returns the complaints that are not nil as an [Error], or nil.
func Join(complaints ...error) error {
	if err := errors.Join(complaints...); err != nil {
		return &Error{err}
	}
	return nil
}
