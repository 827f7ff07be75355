-- name: InsertFile :exec
INSERT INTO media_files (media_id, kind, definition, object_key, mime_type, width, height, bitrate, size, checksum, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: DeleteOriginal :exec
DELETE FROM media_files WHERE media_id = $1 AND kind = 'original';

-- name: DeleteRenditions :exec
DELETE FROM media_files WHERE media_id = $1 AND kind <> 'original';

-- name: DeleteFilesOf :exec
DELETE FROM media_files WHERE media_id = ANY(sqlc.arg('ids')::bigint[]);

-- name: SetMediaFacts :exec
UPDATE media SET duration = sqlc.arg('duration'), size = sqlc.arg('size'), version = version + sqlc.arg('step')::bigint WHERE id = sqlc.arg('id');

-- name: SetMediaText :exec
UPDATE media SET title = sqlc.arg('title'), title_folded = sqlc.arg('title_folded'),
       title_rule = sqlc.arg('title_rule'), description = sqlc.narg('description'),
       version = version + sqlc.arg('step')::bigint
 WHERE id = sqlc.arg('id');

-- name: MediaByEmbedID :one
SELECT id FROM media WHERE embed_id = $1 AND deleted_at IS NULL;

-- By the key alone, for each request for a file.
-- name: AreArchived :many
SELECT id, (archived_at IS NOT NULL)::boolean AS archived FROM media
 WHERE id = ANY(sqlc.arg('ids')::bigint[]) AND deleted_at IS NULL;

-- name: InsertUpload :exec
INSERT INTO media_uploads (media_id, started_by)
SELECT sqlc.arg('media_id')::bigint, u.uuid FROM users u WHERE u.id = sqlc.arg('user_id');

-- name: UploadStarter :one
SELECT started_by FROM media_uploads WHERE media_id = $1;

-- name: AnnounceUpload :exec
UPDATE media_uploads SET announced = sqlc.arg('announced') WHERE media_id = sqlc.arg('media_id');

-- An upload has the bytes that have come, or those that it has announced where these are more.
-- name: WaitingUploads :one
SELECT COUNT(*) AS uploads, COALESCE(SUM(CASE WHEN u.announced > m.size THEN u.announced ELSE m.size END), 0)::bigint AS bytes
  FROM media m LEFT JOIN media_uploads u ON u.media_id = m.id
 WHERE m.owner_id = sqlc.arg('owner_id') AND m.id <> sqlc.arg('without') AND m.state = 'waiting' AND m.deleted_at IS NULL;

-- name: GetProcessing :one
SELECT url, run, percent, message, updated_at FROM media_processing WHERE media_id = $1;

-- name: SetProcessing :exec
INSERT INTO media_processing (media_id, url, run, percent, message, updated_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (media_id) DO UPDATE
   SET url = excluded.url, run = excluded.run, percent = excluded.percent,
       message = excluded.message, updated_at = excluded.updated_at;

-- Progress is told often and is nobody's to wait for: it takes no lock but the row's.
-- name: SetProgress :execrows
UPDATE media_processing SET percent = sqlc.arg('percent'), updated_at = sqlc.arg('updated_at')
 WHERE media_id = sqlc.arg('media_id') AND run = sqlc.arg('run')
   AND EXISTS (SELECT 1 FROM media m WHERE m.id = sqlc.arg('media_id') AND m.deleted_at IS NULL);

-- name: SetProcessingJob :exec
UPDATE media_processing SET job_id = $2 WHERE media_id = $1;

-- The jobs that may not be done yet.
-- name: JobsOf :many
SELECT p.job_id FROM media_processing p JOIN media m ON m.id = p.media_id
 WHERE p.media_id = ANY(sqlc.arg('ids')::bigint[]) AND p.job_id IS NOT NULL
   AND m.state NOT IN ('waiting', 'finished', 'failed', 'external');

-- How far the work on media items has come, as far as anybody has been told.
-- name: SignsOfWork :many
SELECT p.media_id, m.state, p.percent, COALESCE(p.run, '')::text AS run, p.updated_at
  FROM media_processing p JOIN media m ON m.id = p.media_id
 WHERE p.media_id = ANY(sqlc.arg('ids')::bigint[]);

-- The jobs that live media items wait for.
-- name: AwaitedJobs :many
SELECT p.job_id, p.updated_at FROM media_processing p JOIN media m ON m.id = p.media_id
 WHERE p.job_id IS NOT NULL AND m.deleted_at IS NULL
   AND m.state NOT IN ('waiting', 'finished', 'failed', 'external');

-- name: UploadsToSweep :many
SELECT m.id FROM media m
 WHERE m.state = 'waiting' AND m.deleted_at IS NULL
   AND ((m.created_at < sqlc.arg('empty_before') AND NOT EXISTS (SELECT 1 FROM media_files f WHERE f.media_id = m.id)
         AND NOT EXISTS (SELECT 1 FROM media_processing p WHERE p.media_id = m.id AND p.url IS NOT NULL))
     OR m.created_at < sqlc.arg('arrived_before'))
 ORDER BY m.id LIMIT sqlc.arg('limit')::bigint;

-- name: BinToEmpty :many
SELECT m.id FROM media m
 WHERE m.deleted_at < sqlc.arg('before') AND EXISTS (SELECT 1 FROM media_files f WHERE f.media_id = m.id)
 ORDER BY m.id LIMIT sqlc.arg('limit')::bigint;

-- name: FilesAfter :many
SELECT f.id, f.media_id, f.kind, f.definition, f.object_key, f.mime_type, f.width, f.height, f.bitrate, f.size, f.checksum, f.created_at
  FROM media_files f WHERE f.id > sqlc.arg('after') ORDER BY f.id LIMIT sqlc.arg('limit')::bigint;

-- name: IsNamed :one
SELECT EXISTS (SELECT 1 FROM media_files WHERE object_key = $1)::boolean AS named;

-- name: FilesOfMany :many
SELECT id, media_id, kind, definition, object_key, mime_type, width, height, bitrate, size, checksum, created_at
  FROM media_files WHERE media_id = ANY(sqlc.arg('ids')::bigint[]) ORDER BY id;

-- name: InsertRun :exec
INSERT INTO storage_runs (run, started_at) VALUES ($1, $2);

-- name: IsRun :one
SELECT EXISTS (SELECT 1 FROM storage_runs WHERE run = $1)::boolean AS known;

-- name: RunsSince :one
SELECT at FROM storage_runs_since;
