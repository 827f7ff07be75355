-- name: InsertTag :exec
INSERT INTO tags (name, folded, fold_rule) VALUES ($1, $2, $3) ON CONFLICT (folded) DO NOTHING;

-- name: TagMedia :execrows
INSERT INTO media_tags (media_id, tag_id) VALUES ($1, $2) ON CONFLICT DO NOTHING;

-- name: MediaTag :one
SELECT t.id, t.name FROM media_tags mt JOIN tags t ON t.id = mt.tag_id WHERE mt.media_id = $1 AND mt.tag_id = $2;

-- name: UntagMedia :exec
DELETE FROM media_tags WHERE media_id = $1 AND tag_id = $2;

-- name: MediaTags :many
SELECT t.id, t.name FROM media_tags mt JOIN tags t ON t.id = mt.tag_id WHERE mt.media_id = $1 ORDER BY t.id DESC;
