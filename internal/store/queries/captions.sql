-- name: GetCaptionFile :one
SELECT c.id, c.media_id, c.srclang, c.format, c.status, c.provider, c.created_at, m.embed_id
  FROM caption_files c JOIN media m ON m.id = c.media_id
 WHERE c.id = $1 AND m.deleted_at IS NULL;

-- The captions that an address may open for anyone who has it, also those of deleted media, whose
-- addresses say so.
-- name: GetPublicCaptionFile :one
SELECT c.id, c.media_id, c.srclang, c.format, c.status, c.provider, c.created_at, m.embed_id,
       (m.archived_at IS NOT NULL)::boolean AS archived, (m.deleted_at IS NOT NULL)::boolean AS deleted
  FROM caption_files c JOIN media m ON m.id = c.media_id
 WHERE c.id = $1 AND c.status = 'published';

-- name: CaptionFilesOf :many
SELECT c.id, c.media_id, c.srclang, c.format, c.status, c.provider, c.created_at, m.embed_id
  FROM caption_files c JOIN media m ON m.id = c.media_id WHERE c.media_id = $1 ORDER BY c.created_at DESC, c.id DESC;

-- The published captions of some media, without their texts.
-- name: PublishedCaptionFiles :many
SELECT c.id, c.media_id, c.srclang, c.format, c.status, c.provider, c.created_at, m.embed_id
  FROM caption_files c JOIN media m ON m.id = c.media_id
 WHERE c.media_id = ANY(sqlc.arg('ids')::bigint[]) AND c.status = 'published'
 ORDER BY c.created_at DESC, c.id DESC;

-- name: CaptionSRT :one
SELECT srt FROM caption_files WHERE id = $1;

-- name: PublishedSRT :one
SELECT srt FROM caption_files WHERE id = $1 AND status = 'published';

-- The inventory: captions of live media, bounded where an argument is neither '' nor 0. A
-- language stands for its regions, too: en for en-GB.
-- name: CaptionInventory :many
SELECT c.id, c.media_id, c.srclang, c.format, c.status, c.provider, c.created_at, m.embed_id
  FROM caption_files c JOIN media m ON m.id = c.media_id
 WHERE m.archived_at IS NULL AND m.deleted_at IS NULL
   AND (sqlc.arg('status')::text = '' OR c.status = sqlc.arg('status')::text)
   AND (sqlc.arg('srclang')::text = '' OR c.srclang = sqlc.arg('srclang')::text
        OR c.srclang LIKE sqlc.arg('srclang')::text || '-%')
   AND (sqlc.arg('reach')::bigint = 0
        OR EXISTS (SELECT 1 FROM perspectives p
                     JOIN collections col ON col.id = p.collection_id
                     JOIN courses co ON co.id = col.course_id
                     JOIN sub_account_admins a ON a.sub_account_id = co.sub_account_id
                    WHERE a.user_id = sqlc.arg('reach')::bigint AND p.media_id = m.id))
 ORDER BY c.created_at DESC, c.id DESC LIMIT sqlc.arg('limit')::bigint OFFSET sqlc.arg('offset')::bigint;

-- name: CountCaptionInventory :one
SELECT count(*)
  FROM caption_files c JOIN media m ON m.id = c.media_id
 WHERE m.archived_at IS NULL AND m.deleted_at IS NULL
   AND (sqlc.arg('status')::text = '' OR c.status = sqlc.arg('status')::text)
   AND (sqlc.arg('srclang')::text = '' OR c.srclang = sqlc.arg('srclang')::text
        OR c.srclang LIKE sqlc.arg('srclang')::text || '-%')
   AND (sqlc.arg('reach')::bigint = 0
        OR EXISTS (SELECT 1 FROM perspectives p
                     JOIN collections col ON col.id = p.collection_id
                     JOIN courses co ON co.id = col.course_id
                     JOIN sub_account_admins a ON a.sub_account_id = co.sub_account_id
                    WHERE a.user_id = sqlc.arg('reach')::bigint AND p.media_id = m.id));

-- Live media without captions that are there or on their way. One that waits for its
-- upload has nothing to caption yet.
-- name: MediaWithoutCaptions :many
SELECT m.id, m.owner_id, m.home_collection_id, m.title, m.description, m.duration, m.size, m.source,
       m.state, m.embed_id, m.created_at, m.archived_at, m.archived_with_id, m.last_viewed_at,
       m.last_viewed_by_student_at,
       o.full_name AS owner_full_name, o.display_name AS owner_display_name, o.email AS owner_email
  FROM media m JOIN users o ON o.id = m.owner_id
 WHERE m.archived_at IS NULL AND m.deleted_at IS NULL AND m.state <> 'waiting'
   AND NOT EXISTS (SELECT 1 FROM caption_files c
                    WHERE c.media_id = m.id AND c.status <> 'failed'
                      AND (sqlc.arg('srclang')::text = '' OR c.srclang = sqlc.arg('srclang')::text
                           OR c.srclang LIKE sqlc.arg('srclang')::text || '-%'))
   AND (sqlc.arg('reach')::bigint = 0
        OR EXISTS (SELECT 1 FROM perspectives p
                     JOIN collections col ON col.id = p.collection_id
                     JOIN courses co ON co.id = col.course_id
                     JOIN sub_account_admins a ON a.sub_account_id = co.sub_account_id
                    WHERE a.user_id = sqlc.arg('reach')::bigint AND p.media_id = m.id))
 ORDER BY m.created_at DESC, m.id DESC LIMIT sqlc.arg('limit')::bigint OFFSET sqlc.arg('offset')::bigint;

-- name: CountMediaWithoutCaptions :one
SELECT count(*)
  FROM media m
 WHERE m.archived_at IS NULL AND m.deleted_at IS NULL AND m.state <> 'waiting'
   AND NOT EXISTS (SELECT 1 FROM caption_files c
                    WHERE c.media_id = m.id AND c.status <> 'failed'
                      AND (sqlc.arg('srclang')::text = '' OR c.srclang = sqlc.arg('srclang')::text
                           OR c.srclang LIKE sqlc.arg('srclang')::text || '-%'))
   AND (sqlc.arg('reach')::bigint = 0
        OR EXISTS (SELECT 1 FROM perspectives p
                     JOIN collections col ON col.id = p.collection_id
                     JOIN courses co ON co.id = col.course_id
                     JOIN sub_account_admins a ON a.sub_account_id = co.sub_account_id
                    WHERE a.user_id = sqlc.arg('reach')::bigint AND p.media_id = m.id));

-- name: InsertCaptionFile :one
INSERT INTO caption_files (media_id, srclang, format, status, provider, created_at, original, srt)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id;

-- name: SetCaptionStatus :exec
UPDATE caption_files SET status = $2 WHERE id = $1;

-- name: SetCaptionText :exec
UPDATE caption_files SET srclang = $2, status = $3, format = $4, original = $5, srt = $6 WHERE id = $1;

-- name: ForgetCaptionFile :exec
UPDATE caption_requests SET caption_file_id = NULL WHERE caption_file_id = $1;

-- name: DeleteCaptionFile :exec
DELETE FROM caption_files WHERE id = $1;
