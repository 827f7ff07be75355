package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// attempts is how often a request is sent before its failure is one.
const attempts = 3

// S3 is a Store in a bucket of an S3-compatible store.
type S3 struct {
	options S3Options
	client  *minio.Core
	pieces  sync.Pool     // of *[]byte, pieceSize long
	ahead   chan struct{} // one for each part that is read while the one before is sent
}

// NewS3 returns the store in a bucket. It makes no request.
func NewS3(options S3Options) (*S3, error) {
	endpoint := options.Endpoint
	if endpoint == nil {
		endpoint = &url.URL{Scheme: "https", Host: "s3.amazonaws.com"}
	}
	if options.Silence == 0 {
		options.Silence = DefaultSilence
	}
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // net/http documents the type
	transport.DisableCompression = true                          // bytes as they are
	transport.MaxIdleConnsPerHost = 64
	client, err := minio.NewCore(endpoint.Host, &minio.Options{
		Creds:      credentials.NewStaticV4(options.AccessKey, string(options.SecretKey), string(options.Session)),
		Secure:     endpoint.Scheme == "https",
		Region:     options.Region,
		MaxRetries: attempts,
		Transport:  &patience{next: transport, silence: options.Silence},
	})
	if err != nil {
		return nil, fmt.Errorf("storage: %w", err)
	}
	return &S3{
		options: options, client: client,
		pieces: sync.Pool{New: func() any { b := make([]byte, pieceSize); return &b }},
		ahead:  make(chan struct{}, partsAhead),
	}, nil
}

// String names the store for logs.
func (s *S3) String() string { return "s3://" + path.Join(s.options.Bucket, s.options.Prefix) }

// name is the key's name in the bucket.
func (s *S3) name(key string) (string, error) {
	if err := CheckKey(key); err != nil {
		return "", err
	}
	return path.Join(s.options.Prefix, key), nil
}

// Open opens an object for reading. Its bytes are asked for as they are read.
func (s *S3) Open(ctx context.Context, key string) (*Object, error) {
	info, err := s.Stat(ctx, key)
	if err != nil {
		return nil, err
	}
	return &Object{ReadSeekCloser: &s3Reader{store: s, ctx: ctx, info: info}, Info: info}, nil
}

// Stat says what is known of an object.
func (s *S3) Stat(ctx context.Context, key string) (Info, error) {
	name, err := s.name(key)
	if err != nil {
		return Info{}, err
	}
	stat, err := s.client.StatObject(ctx, s.options.Bucket, name, minio.StatObjectOptions{})
	if err != nil {
		return Info{}, s3Error("read", key, err)
	}
	return infoOf(key, stat), nil
}

func infoOf(key string, stat minio.ObjectInfo) Info {
	info := Info{
		Key: key, Size: stat.Size, ETag: `"` + stat.ETag + `"`,
		ModTime: stat.LastModified, MIMEType: stat.ContentType,
	}
	if info.MIMEType == "" {
		info.MIMEType = TypeByKey(key)
	}
	return info
}

// s3Error says ErrNotFound where that is what a store's error means.
func s3Error(verb, key string, err error) error {
	switch minio.ToErrorResponse(err).Code {
	case minio.NoSuchKey, "NotFound":
		return fmt.Errorf("%s: %w", key, ErrNotFound)
	}
	return fmt.Errorf("%s %s: %w", verb, key, err)
}

// Delete removes an object.
func (s *S3) Delete(ctx context.Context, key string) error {
	name, err := s.name(key)
	if err != nil {
		return err
	}
	err = s.client.RemoveObject(ctx, s.options.Bucket, name, minio.RemoveObjectOptions{})
	if err != nil && !errors.Is(s3Error("", key, err), ErrNotFound) {
		return s3Error("delete", key, err)
	}
	return nil
}

// List asks for a thousand objects at a time.
func (s *S3) List(ctx context.Context, prefix string, each func(Info) error) error {
	if err := checkPrefix(prefix); err != nil {
		return err
	}
	root := s.root()
	ctx, cancel := context.WithCancel(ctx) // ends the listing when each fails
	defer cancel()
	options := minio.ListObjectsOptions{Prefix: root + prefix, Recursive: true}
	for stat := range s.client.ListObjectsIter(ctx, s.options.Bucket, options) {
		if stat.Err != nil {
			return s3Error("list", prefix, stat.Err)
		}
		key := strings.TrimPrefix(stat.Key, root)
		if CheckKey(key) != nil { // somebody else's, or a folder's marker
			continue
		}
		if err := each(infoOf(key, stat)); err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

// root is what comes before all keys.
func (s *S3) root() string {
	if s.options.Prefix == "" {
		return ""
	}
	return s.options.Prefix + "/"
}

// File downloads the object into the folder.
func (s *S3) File(ctx context.Context, key, dir string) (string, error) {
	object, err := s.Open(ctx, key)
	if err != nil {
		return "", err
	}
	defer object.Close()
	file, err := os.CreateTemp(dir, "*-"+path.Base(key))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	_, err = io.Copy(file, object)
	if err = errors.Join(err, file.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("read %s: %w", key, err), os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// SweepInterrupted aborts multipart uploads. The age of one is that of the last part
// which arrived, so that a slow upload does not look like a broken one.
func (s *S3) SweepInterrupted(ctx context.Context, prefix string, before time.Time, dryRun bool) (int, error) {
	if err := checkPrefix(prefix); err != nil {
		return 0, err
	}
	swept := 0
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for upload := range s.client.ListIncompleteUploads(ctx, s.options.Bucket, s.root()+prefix, true) {
		if upload.Err != nil {
			return swept, s3Error("sweep", prefix, upload.Err)
		}
		last, err := s.lastWritten(ctx, upload)
		if isEnded(err) {
			continue
		}
		if err != nil {
			return swept, s3Error("sweep", upload.Key, err)
		}
		if !last.Before(before) {
			continue
		}
		if !dryRun {
			err = s.client.AbortMultipartUpload(ctx, s.options.Bucket, upload.Key, upload.UploadID)
			if err != nil && !isEnded(err) {
				return swept, s3Error("sweep", upload.Key, err)
			}
		}
		swept++
	}
	return swept, context.Cause(ctx)
}

// isEnded says that a multipart upload was completed or aborted by its own Put since it
// was listed.
func isEnded(err error) bool { return minio.ToErrorResponse(err).Code == minio.NoSuchUpload }

// lastWritten is when the last part of a multipart upload arrived.
func (s *S3) lastWritten(ctx context.Context, upload minio.ObjectMultipartInfo) (time.Time, error) {
	last := upload.Initiated
	for marker := 0; ; {
		parts, err := s.client.ListObjectParts(ctx, s.options.Bucket, upload.Key, upload.UploadID, marker, 1000)
		if err != nil {
			return last, err
		}
		for _, part := range parts.ObjectParts {
			if part.LastModified.After(last) {
				last = part.LastModified
			}
		}
		if !parts.IsTruncated || parts.NextPartNumberMarker <= marker {
			return last, nil
		}
		marker = parts.NextPartNumberMarker
	}
}

// Ping asks for the bucket.
func (s *S3) Ping(ctx context.Context) error {
	there, err := s.client.BucketExists(ctx, s.options.Bucket)
	if err != nil {
		return fmt.Errorf("storage: bucket %s: %w", s.options.Bucket, err)
	}
	if !there {
		return fmt.Errorf("storage: there is no bucket %s", s.options.Bucket)
	}
	return nil
}

// SignGET returns a URL of the store's own.
func (s *S3) SignGET(
	ctx context.Context, key string, expiry time.Duration, mimeType, disposition string,
) (string, error) {
	signed, err := s.sign(ctx, key, expiry, mimeType, disposition)
	if err != nil {
		return "", err
	}
	return signed.String(), nil
}

// Origin is that of the store's own URLs: some stores have one for each bucket.
func (s *S3) Origin(ctx context.Context) (string, error) {
	signed, err := s.sign(ctx, "origin", time.Minute, "", "")
	if err != nil {
		return "", err
	}
	return signed.Scheme + "://" + signed.Host, nil
}

func (s *S3) sign(
	ctx context.Context, key string, expiry time.Duration, mimeType, disposition string,
) (*url.URL, error) {
	name, err := s.name(key)
	if err != nil {
		return nil, err
	}
	parameters := url.Values{}
	if mimeType != "" {
		parameters.Set("response-content-type", mimeType)
	}
	if disposition != "" {
		parameters.Set("response-content-disposition", disposition)
	}
	signed, err := s.client.PresignedGetObject(ctx, s.options.Bucket, name, expiry, parameters)
	if err != nil {
		return nil, s3Error("sign", key, err)
	}
	return signed, nil
}
