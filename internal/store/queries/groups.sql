-- name: LockGroups :many
SELECT id, name, created_at FROM groups WHERE id = ANY(sqlc.arg('ids')::bigint[]) ORDER BY id FOR NO KEY UPDATE;

-- name: GroupExists :one
SELECT id FROM groups WHERE id = $1;

-- name: GroupMembers :many
SELECT u.id, u.full_name, u.display_name, u.email, gm.permission
  FROM group_members gm JOIN users u ON u.id = gm.user_id
 WHERE gm.group_id = $1 ORDER BY u.id DESC;

-- name: GroupMembership :one
SELECT permission FROM group_members WHERE group_id = $1 AND user_id = $2;

-- name: GroupMemberships :many
SELECT user_id, permission FROM group_members
 WHERE group_id = sqlc.arg('group_id') AND user_id = ANY(sqlc.arg('users')::bigint[]);

-- name: InsertGroup :one
INSERT INTO groups (name, created_at, version) VALUES ($1, $2, $3) RETURNING id;

-- name: SetMember :exec
INSERT INTO group_members (group_id, user_id, permission) VALUES ($1, $2, $3)
ON CONFLICT (user_id, group_id) DO UPDATE SET permission = excluded.permission;

-- name: RemoveMember :exec
DELETE FROM group_members WHERE group_id = $1 AND user_id = $2;
