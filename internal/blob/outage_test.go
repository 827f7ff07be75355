package blob_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"syscall"
	"testing"

	"github.com/minio/minio-go/v7"

	"github.com/lectern-media/lectern/internal/blob"
)

func TestOutages_OfStorage(t *testing.T) {
	t.Parallel()
	on := func(errno syscall.Errno) error { return &fs.PathError{Op: "write", Path: "x", Err: errno} }
	for name, c := range map[string]struct {
		err               error
		full, unavailable bool
	}{
		"disk full":         {on(syscall.ENOSPC), true, false},
		"quota":             {on(syscall.EDQUOT), true, false},
		"store full":        {minio.ErrorResponse{Code: "XMinioStorageFull", StatusCode: 507}, true, false},
		"broken disk":       {on(syscall.EIO), false, true},
		"read only":         {on(syscall.EROFS), false, true},
		"not mounted":       {on(syscall.ENOENT), false, true},
		"stale":             {on(syscall.ESTALE), false, true},
		"refused":           {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, false, true},
		"no such host":      {&net.DNSError{Name: "s3.test"}, false, true},
		"store fails":       {minio.ErrorResponse{StatusCode: 500}, false, true},
		"store away":        {minio.ErrorResponse{StatusCode: 503}, false, true},
		"store is busy":     {minio.ErrorResponse{Code: "SlowDown", StatusCode: 429}, false, true},
		"fails within 200":  {minio.ErrorResponse{Code: "InternalError"}, false, true},
		"busy within 200":   {minio.ErrorResponse{Code: "SlowDown"}, false, true},
		"lost bytes":        {minio.ErrorResponse{Code: "IncompleteBody", StatusCode: 400}, false, true},
		"waited for bytes":  {minio.ErrorResponse{Code: "RequestTimeout", StatusCode: 400}, false, true},
		"lost the upload":   {minio.ErrorResponse{Code: "NoSuchUpload", StatusCode: 404}, false, true},
		"lost a part":       {minio.ErrorResponse{Code: "InvalidPart", StatusCode: 400}, false, true},
		"no XML":            {&xml.SyntaxError{Msg: "unexpected EOF"}, false, true},
		"not found":         {blob.ErrNotFound, false, false},
		"not found on disk": {fmt.Errorf("%w: %w", blob.ErrNotFound, on(syscall.ENOENT)), false, false},
		"no key":            {blob.ErrKey, false, false},
		"access denied":     {minio.ErrorResponse{Code: "AccessDenied", StatusCode: 403}, false, false},
		"a fault":           {errors.New("a fault"), false, false},
		"nothing":           {nil, false, false},
	} {
		err := c.err
		if err != nil {
			err = fmt.Errorf("storing: %w", err)
		}
		if blob.IsFull(err) != c.full || blob.IsUnavailable(err) != c.unavailable {
			t.Errorf("%s: full %v, unavailable %v", name, blob.IsFull(err), blob.IsUnavailable(err))
		}
	}
}
