package blob

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"

	"github.com/minio/minio-go/v7"
)

// IsFull says that an error of a store is that it has no space left.
func IsFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || answerOf(err) == http.StatusInsufficientStorage
}

// IsUnavailable says that an error of a store is that it cannot be reached or does not
// work: its disk fails or is not mounted, its server does not answer or says that it
// cannot. [ErrNotFound] and [ErrKey] are not outages.
func IsUnavailable(err error) bool {
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrKey) || IsFull(err) {
		return false
	}
	if _, system := errors.AsType[syscall.Errno](err); system {
		return true
	}
	_, network := errors.AsType[net.Error](err)
	if _, silent := errors.AsType[silentError](err); silent || network {
		return true
	}
	if answer := answerOf(err); answer >= http.StatusInternalServerError || answer == http.StatusTooManyRequests {
		return true
	}
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.DeadlineExceeded)
}

// answerOf is the status by which a server of S3 failed a request, or 0.
func answerOf(err error) int {
	answer, _ := errors.AsType[minio.ErrorResponse](err)
	return answer.StatusCode
}
