-- name: SigningKeys :many
SELECT id, secret, created_at, retired_at FROM signing_keys ORDER BY created_at DESC, id;

-- name: InsertSigningKey :exec
INSERT INTO signing_keys (id, secret, created_at) VALUES ($1, $2, $3);

-- name: RetireSigningKeys :exec
UPDATE signing_keys SET retired_at = sqlc.arg('at')::bigint WHERE retired_at IS NULL;

-- name: DeleteSigningKeys :exec
DELETE FROM signing_keys WHERE retired_at <= sqlc.arg('before')::bigint;
