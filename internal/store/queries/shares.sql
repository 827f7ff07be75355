-- A grantee is a user or a group, the other being NULL; exactly one of the pair of
-- conditions can hold.

-- name: MediaShare :one
SELECT permission FROM media_shares
 WHERE media_id = $1 AND (user_id = sqlc.narg('user_id')::bigint OR group_id = sqlc.narg('group_id')::bigint);

-- name: InsertMediaShare :exec
INSERT INTO media_shares (media_id, user_id, group_id, permission) VALUES ($1, $2, $3, $4);

-- name: DeleteMediaShare :execrows
DELETE FROM media_shares
 WHERE media_id = $1 AND (user_id = sqlc.narg('user_id')::bigint OR group_id = sqlc.narg('group_id')::bigint);

-- name: CollectionShare :one
SELECT permission FROM collection_shares
 WHERE collection_id = $1 AND (user_id = sqlc.narg('user_id')::bigint OR group_id = sqlc.narg('group_id')::bigint);

-- name: InsertCollectionShare :exec
INSERT INTO collection_shares (collection_id, user_id, group_id, permission) VALUES ($1, $2, $3, $4);

-- name: DeleteCollectionShare :execrows
DELETE FROM collection_shares
 WHERE collection_id = $1 AND (user_id = sqlc.narg('user_id')::bigint OR group_id = sqlc.narg('group_id')::bigint);
