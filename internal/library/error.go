package library

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what sort of failure an [Error] is. The wire maps each kind to one
// HTTP status, the pages to one kind of page, the command line to one exit code.
type Kind int

// The kinds of failure. An error that is not an [Error] is KindInternal.
const (
	KindInternal        Kind = iota // an internal fault; its cause is logged, never shown
	KindUnauthenticated             // no token, or one that is bad, expired or revoked
	KindMissing                     // a required parameter is not there
	KindInvalid                     // a parameter is there and makes no sense
	KindNotFound                    // the thing that is named does not exist
	KindForbidden                   // it exists, and the actor may not
	KindConflict                    // it was done already
	KindNotImplemented              // the library is set up without it
	KindTooLarge                    // more bytes than the limit
	KindUnfit                       // a change of a list that does not fit what the list holds
	KindUnavailable                 // the database or the storage does not answer: later it may
	KindNoSpace                     // the database or the storage is full
	KindTooMany                     // more requests than the limit: try again later
)

// String names the kind for logs and metrics.
func (k Kind) String() string {
	names := [...]string{
		"internal", "unauthenticated", "missing", "invalid", "not found",
		"forbidden", "conflict", "not implemented", "too large", "unfit",
		"unavailable", "no space", "too many",
	}
	if k < 0 || int(k) >= len(names) {
		return "internal"
	}
	return names[k]
}

// Error is a failure that a caller may be told about. Message is one sentence for
// the caller that names what was wrong and what would be right; Err is the cause,
// which goes to the log with the request's id and never out.
type Error struct {
	Kind    Kind
	Field   string // the parameter or place at fault, where there is one
	Message string
	Err     error

	// RetryAfter is after how long the caller may try again, where that is known: with
	// KindTooMany and KindUnavailable.
	RetryAfter time.Duration
	// Limit is what was reached, with KindTooMany.
	Limit Limit
}

// Error returns the sentence with its cause: a text for logs.
func (e *Error) Error() string {
	if e.Err != nil {
		return e.Message + ": " + e.Err.Error()
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the first [Error] in err's chain, and KindInternal
// when there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return KindInternal
}

// NotFound says that a thing does not exist: NotFound("user", 7) is "user 7 not found".
func NotFound[ID ~int64](noun string, id ID) *Error {
	return &Error{Kind: KindNotFound, Field: noun, Message: fmt.Sprintf("%s %d not found", noun, id)}
}

// The messages for outages.
const (
	unavailableMessage = "the database or the storage does not answer; try again in a few seconds"
	noSpaceMessage     = "the database or the storage is full; nothing was changed"
)

// Outage turns an error of the database or the storage into an [Error] of
// KindUnavailable or KindNoSpace if outages recognizes it, and returns other errors
// unchanged.
func Outage(err error, outages Outages) error {
	if outages == nil || err == nil {
		return err
	}
	if _, known := errors.AsType[*Error](err); known {
		return err
	}
	switch kind := outages(err); kind {
	case KindUnavailable:
		return &Error{Kind: kind, Message: unavailableMessage, Err: err}
	case KindNoSpace:
		return &Error{Kind: kind, Message: noSpaceMessage, Err: err}
	default:
		return err
	}
}

// Outages reports whether an error means that the database or the storage is unavailable
// (KindUnavailable) or full (KindNoSpace); for any other error it returns KindInternal.
// Only the packages that import drivers can tell.
type Outages func(error) Kind

// Invalid says that the named field holds something that it cannot.
func Invalid(field, format string, args ...any) *Error {
	return &Error{Kind: KindInvalid, Field: field, Message: field + " " + fmt.Sprintf(format, args...)}
}

// Unknown says that the named field has a value that is not one of the allowed ones:
// Unknown("role", "Boss", "teacher", "ta") is `unknown role "Boss"; use teacher, ta`.
func Unknown[T ~string](field, value string, allowed ...T) *Error {
	names := make([]string, len(allowed))
	for i, name := range allowed {
		names[i] = string(name)
	}
	return &Error{Kind: KindInvalid, Field: field, Message: fmt.Sprintf("unknown %s %q; use %s", field, value, strings.Join(names, ", "))}
}

// Missing says that the named required field is not there.
func Missing(field string) *Error {
	return &Error{Kind: KindMissing, Field: field, Message: field + " is required"}
}

// Forbidden says that the actor may not.
func Forbidden(format string, args ...any) *Error {
	return &Error{Kind: KindForbidden, Message: fmt.Sprintf(format, args...)}
}

// Limit is a limit that a caller has reached.
type Limit struct {
	Name   string        // for programs: "requests"
	Quota  int64         // how much is allowed
	Window time.Duration // in which so much is allowed; 0 for at any one time
}

// TooMany says that the caller has asked too often and may ask again after a time.
func TooMany(wait time.Duration, format string, args ...any) *Error {
	return &Error{Kind: KindTooMany, Message: fmt.Sprintf(format, args...), RetryAfter: wait}
}

// Reached is [TooMany] for a limit that the answer names.
func (l Limit) Reached(wait time.Duration, format string, args ...any) *Error {
	e := TooMany(wait, format, args...)
	e.Limit = l
	return e
}
