-- The lowest and the highest rule by which any address is folded; the given one if there
-- is none.
-- name: EmailRules :one
SELECT COALESCE((SELECT u.email_rule FROM users u WHERE u.email IS NOT NULL ORDER BY u.email_rule LIMIT 1), sqlc.arg('rule')::bigint)::bigint AS lowest,
       COALESCE((SELECT u.email_rule FROM users u WHERE u.email IS NOT NULL ORDER BY u.email_rule DESC LIMIT 1), sqlc.arg('rule')::bigint)::bigint AS highest;

-- name: EmailsOfOtherRules :many
SELECT id, COALESCE(email, '')::text AS email FROM users
 WHERE email IS NOT NULL AND (email_rule < sqlc.arg('rule')::bigint OR email_rule > sqlc.arg('rule')::bigint)
 ORDER BY id;

-- name: EmailsToFold :many
SELECT id, COALESCE(email, '')::text AS email FROM users
 WHERE email IS NOT NULL AND email_rule < sqlc.arg('rule')::bigint
 ORDER BY email_rule, id LIMIT sqlc.arg('limit')::bigint FOR NO KEY UPDATE;

-- name: EmailHolder :one
SELECT id, COALESCE(email, '')::text AS email, email_rule FROM users WHERE email_folded = $1;

-- name: EmailKey :one
SELECT email_folded, email_rule FROM users WHERE id = $1;

-- The people whose address an older person has.
-- name: EmailsWithoutKey :many
SELECT id, COALESCE(email, '')::text AS email FROM users WHERE email IS NOT NULL AND email_folded IS NULL ORDER BY id;

-- name: SetEmailKey :execrows
UPDATE users SET email_folded = sqlc.narg('folded'), email_rule = sqlc.arg('rule')
 WHERE id = sqlc.arg('id') AND email = sqlc.arg('email')::text;

-- name: TagRules :one
SELECT COALESCE((SELECT t.fold_rule FROM tags t ORDER BY t.fold_rule LIMIT 1), sqlc.arg('rule')::bigint)::bigint AS lowest,
       COALESCE((SELECT t.fold_rule FROM tags t ORDER BY t.fold_rule DESC LIMIT 1), sqlc.arg('rule')::bigint)::bigint AS highest;

-- name: TagsOfOtherRules :many
SELECT id, name FROM tags
 WHERE fold_rule < sqlc.arg('rule')::bigint OR fold_rule > sqlc.arg('rule')::bigint ORDER BY id;

-- name: TagsToFold :many
SELECT id, name FROM tags WHERE fold_rule < sqlc.arg('rule')::bigint
 ORDER BY fold_rule, id LIMIT sqlc.arg('limit')::bigint FOR NO KEY UPDATE;

-- name: TagHolder :one
SELECT id, name, fold_rule FROM tags WHERE folded = $1;

-- name: TagName :one
SELECT name FROM tags WHERE id = $1;

-- name: SetTagKey :exec
UPDATE tags SET folded = $2, fold_rule = $3 WHERE id = $1;

-- name: MoveTagged :exec
INSERT INTO media_tags (media_id, tag_id)
SELECT mt.media_id, sqlc.arg('to_id')::bigint FROM media_tags mt WHERE mt.tag_id = sqlc.arg('from_id')::bigint
ON CONFLICT DO NOTHING;

-- name: UntagAll :exec
DELETE FROM media_tags WHERE tag_id = $1;

-- name: DeleteTag :exec
DELETE FROM tags WHERE id = $1;

-- name: TitleRules :one
SELECT COALESCE((SELECT m.title_rule FROM media m ORDER BY m.title_rule LIMIT 1), sqlc.arg('rule')::bigint)::bigint AS lowest,
       COALESCE((SELECT m.title_rule FROM media m ORDER BY m.title_rule DESC LIMIT 1), sqlc.arg('rule')::bigint)::bigint AS highest;

-- name: TitlesOfOtherRules :many
SELECT id, title FROM media
 WHERE (title_rule < sqlc.arg('rule')::bigint OR title_rule > sqlc.arg('rule')::bigint) AND id > sqlc.arg('after')::bigint
 ORDER BY id LIMIT sqlc.arg('limit')::bigint;

-- name: TitlesToFold :many
SELECT id, title, title_folded FROM media WHERE title_rule < sqlc.arg('rule')::bigint
 ORDER BY title_rule, id LIMIT sqlc.arg('limit')::bigint FOR NO KEY UPDATE;

-- name: FoldTitle :exec
UPDATE media SET title_folded = sqlc.arg('folded'), title_rule = sqlc.arg('rule') WHERE id = sqlc.arg('id');

-- name: SetTitleRule :exec
UPDATE media SET title_rule = sqlc.arg('rule') WHERE id = ANY(sqlc.arg('ids')::bigint[]);
