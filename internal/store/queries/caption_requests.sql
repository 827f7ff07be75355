-- name: GetCaptionRequest :one
SELECT r.id, r.media_id, r.caption_file_id, r.service_id, r.service_type, r.srclang, r.status, r.message, r.created_at
  FROM caption_requests r JOIN media m ON m.id = r.media_id
 WHERE r.id = $1 AND m.deleted_at IS NULL;

-- The requests to a service, or with 0 all, in a status, or with '' in any.
-- name: CaptionRequests :many
SELECT r.id, r.media_id, r.caption_file_id, r.service_id, r.service_type, r.srclang, r.status, r.message, r.created_at
  FROM caption_requests r JOIN media m ON m.id = r.media_id
 WHERE m.deleted_at IS NULL
   AND (sqlc.arg('service_id')::bigint = 0 OR r.service_id = sqlc.arg('service_id')::bigint)
   AND (sqlc.arg('status')::text = '' OR r.status = sqlc.arg('status')::text)
 ORDER BY r.created_at DESC, r.id DESC;

-- name: InsertCaptionRequest :one
INSERT INTO caption_requests (media_id, caption_file_id, service_id, service_type, srclang, status, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id;

-- name: SetCaptionRequest :exec
UPDATE caption_requests SET status = $2, message = sqlc.narg('message') WHERE id = $1;
