-- name: LockGroup :one
SELECT id, name, created_at FROM groups WHERE id = $1 FOR NO KEY UPDATE;

-- name: GroupMembership :one
SELECT permission FROM group_members WHERE group_id = $1 AND user_id = $2;

-- name: InsertGroup :one
INSERT INTO groups (name, created_at) VALUES ($1, $2) RETURNING id;

-- name: SetMember :exec
INSERT INTO group_members (group_id, user_id, permission) VALUES ($1, $2, $3)
ON CONFLICT (user_id, group_id) DO UPDATE SET permission = excluded.permission;

-- name: RemoveMember :exec
DELETE FROM group_members WHERE group_id = $1 AND user_id = $2;
