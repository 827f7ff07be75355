package blob

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
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
	if answer, is := errors.AsType[minio.ErrorResponse](err); is && slices.Contains(failures, answer.Code) {
		return true
	}
	if _, unreadable := errors.AsType[*xml.SyntaxError](err); unreadable {
		return true
	}
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.DeadlineExceeded)
}

// failures are the codes by which a server of S3 says that it, or the network on the way to
// it, failed a request in which nothing was wrong (S3's list of error codes). Their status is
// not enough: a server that has begun to answer the end of a multipart upload with 200 says the
// rest in the body, and for bytes that did not arrive the status is 400. An upload that it was
// sent parts of, and does not know any more, is one that it lost.
var failures = []string{
	"InternalError", "ServiceUnavailable", "SlowDown", "OperationAborted",
	"RequestTimeout", "IncompleteBody", minio.NoSuchUpload, minio.InvalidPart,
}

// answerOf is the status by which a server of S3 failed a request, or 0.
func answerOf(err error) int {
	answer, _ := errors.AsType[minio.ErrorResponse](err)
	return answer.StatusCode
}
