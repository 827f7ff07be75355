-- name: TokenOwner :one
SELECT t.id, t.hash, t.user_id, t.created_at, t.expires_at, t.last_used_at,
       (SELECT COALESCE(string_agg(r.role, ','), '') FROM user_roles r WHERE r.user_id = t.user_id)::text AS roles
  FROM tokens t JOIN users u ON u.id = t.user_id
 WHERE t.hash = $1 AND u.deactivated_at IS NULL AND u.deleted_at IS NULL;

-- All tokens, or those of one person.
-- name: ListTokens :many
SELECT t.id, t.hash, t.user_id, t.name, t.created_at, t.expires_at, t.last_used_at, u.full_name
  FROM tokens t JOIN users u ON u.id = t.user_id
 WHERE sqlc.arg('user_id')::bigint = 0 OR t.user_id = sqlc.arg('user_id')::bigint
 ORDER BY t.id;

-- name: InsertToken :one
INSERT INTO tokens (hash, user_id, name, created_at, expires_at) VALUES ($1, $2, $3, $4, $5) RETURNING id;

-- name: DeleteToken :execrows
DELETE FROM tokens WHERE hash = $1;

-- name: DeleteTokenByID :one
DELETE FROM tokens WHERE id = $1 RETURNING hash;

-- name: DeleteTokensOf :exec
DELETE FROM tokens WHERE user_id = $1;

-- A use that is written late does not move the last one back.
-- name: SetTokenUsed :exec
UPDATE tokens SET last_used_at = sqlc.arg('used_at')::bigint
 WHERE id = sqlc.arg('id') AND (last_used_at IS NULL OR last_used_at < sqlc.arg('used_at')::bigint);
