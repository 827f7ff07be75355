-- name: TokenOwner :one
SELECT t.hash, t.user_id, t.created_at, t.expires_at,
       (SELECT COALESCE(string_agg(r.role, ','), '') FROM user_roles r WHERE r.user_id = t.user_id)::text AS roles
  FROM tokens t JOIN users u ON u.id = t.user_id
 WHERE t.hash = $1 AND u.deactivated_at IS NULL AND u.deleted_at IS NULL;

-- name: InsertToken :exec
INSERT INTO tokens (hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4);

-- name: DeleteToken :execrows
DELETE FROM tokens WHERE hash = $1;

-- name: DeleteTokensOf :exec
DELETE FROM tokens WHERE user_id = $1;
