-- name: GetUser :one
SELECT u.id, u.full_name, u.display_name, u.email, u.created_at, u.deactivated_at,
       (SELECT COALESCE(string_agg(r.role, ','), '') FROM user_roles r WHERE r.user_id = u.id)::text AS roles
  FROM users u WHERE u.id = $1 AND u.deleted_at IS NULL;

-- The person whom a ticket names.
-- name: GetUserByUUID :one
SELECT u.id, u.full_name, u.display_name, u.email, u.created_at, u.deactivated_at,
       (SELECT COALESCE(string_agg(r.role, ','), '') FROM user_roles r WHERE r.user_id = u.id)::text AS roles
  FROM users u WHERE u.uuid = $1 AND u.deleted_at IS NULL;

-- name: UserUUID :one
SELECT u.uuid FROM users u WHERE u.id = $1 AND u.deleted_at IS NULL;

-- name: ListUsers :many
SELECT u.id, u.full_name, u.display_name, u.email, u.created_at, u.deactivated_at,
       (SELECT COALESCE(string_agg(r.role, ','), '') FROM user_roles r WHERE r.user_id = u.id)::text AS roles
  FROM users u WHERE u.deleted_at IS NULL ORDER BY u.id;

-- name: UsersByRole :many
SELECT u.id, u.full_name, u.display_name, u.email, u.created_at, u.deactivated_at,
       (SELECT COALESCE(string_agg(r.role, ','), '') FROM user_roles r WHERE r.user_id = u.id)::text AS roles
  FROM user_roles wanted JOIN users u ON u.id = wanted.user_id
 WHERE wanted.role = sqlc.arg('role') AND u.deactivated_at IS NULL AND u.deleted_at IS NULL
 ORDER BY wanted.user_id DESC LIMIT sqlc.arg('limit')::bigint OFFSET sqlc.arg('offset')::bigint;

-- All who hold the role, counted along its index, less the few who are deactivated; the
-- deleted hold none.
-- name: CountUsersByRole :one
SELECT ((SELECT count(*) FROM user_roles held WHERE held.role = sqlc.arg('role'))
      - (SELECT count(*) FROM users u JOIN user_roles held ON held.user_id = u.id
          WHERE held.role = sqlc.arg('role') AND u.deactivated_at IS NOT NULL))::bigint AS total;

-- The people within a sub-account admin's reach, bounded further where a role or
-- the only id is given.
-- name: UsersInReach :many
SELECT u.id, u.full_name, u.display_name, u.email, u.created_at, u.deactivated_at,
       (SELECT COALESCE(string_agg(r.role, ','), '') FROM user_roles r WHERE r.user_id = u.id)::text AS roles
  FROM users u
 WHERE u.id IN (SELECT e.user_id FROM sub_account_admins a
                  JOIN courses c ON c.sub_account_id = a.sub_account_id
                  JOIN enrollments e ON e.course_id = c.id
                 WHERE a.user_id = sqlc.arg('admin_id'))
   AND u.deactivated_at IS NULL AND u.deleted_at IS NULL
   AND (sqlc.arg('role')::text = '' OR EXISTS (SELECT 1 FROM user_roles held WHERE held.user_id = u.id AND held.role = sqlc.arg('role')::text))
   AND (sqlc.arg('only_id')::bigint = 0 OR u.id = sqlc.arg('only_id')::bigint)
 ORDER BY u.id DESC LIMIT sqlc.arg('limit')::bigint OFFSET sqlc.arg('offset')::bigint;

-- name: CountUsersInReach :one
SELECT count(*)
  FROM users u
 WHERE u.id IN (SELECT e.user_id FROM sub_account_admins a
                  JOIN courses c ON c.sub_account_id = a.sub_account_id
                  JOIN enrollments e ON e.course_id = c.id
                 WHERE a.user_id = sqlc.arg('admin_id'))
   AND u.deactivated_at IS NULL AND u.deleted_at IS NULL
   AND (sqlc.arg('role')::text = '' OR EXISTS (SELECT 1 FROM user_roles held WHERE held.user_id = u.id AND held.role = sqlc.arg('role')::text))
   AND (sqlc.arg('only_id')::bigint = 0 OR u.id = sqlc.arg('only_id')::bigint);

-- name: UserInReach :one
SELECT EXISTS (SELECT 1 FROM enrollments e
                 JOIN courses c ON c.id = e.course_id
                 JOIN sub_account_admins a ON a.sub_account_id = c.sub_account_id
                WHERE a.user_id = sqlc.arg('admin_id') AND e.user_id = sqlc.arg('user_id'))::boolean AS reached;

-- name: WhichInReach :many
SELECT DISTINCT e.user_id FROM enrollments e
  JOIN courses c ON c.id = e.course_id
  JOIN sub_account_admins a ON a.sub_account_id = c.sub_account_id
 WHERE a.user_id = sqlc.arg('admin_id') AND e.user_id = ANY(sqlc.arg('ids')::bigint[]);

-- name: LockRule :one
SELECT rule_locks.name AS rule FROM rule_locks WHERE name = $1 FOR NO KEY UPDATE;

-- name: CountActiveAdmins :one
SELECT count(*) FROM user_roles r JOIN users u ON u.id = r.user_id
 WHERE r.role = 'Admin' AND u.deactivated_at IS NULL AND u.deleted_at IS NULL;

-- name: LockUsers :many
SELECT u.id, u.full_name, u.display_name, u.email, u.created_at, u.deactivated_at
  FROM users u WHERE u.id = ANY(sqlc.arg('ids')::bigint[]) AND u.deleted_at IS NULL
 ORDER BY u.id FOR NO KEY UPDATE;

-- name: RolesOf :many
SELECT user_id, role FROM user_roles WHERE user_id = ANY(sqlc.arg('ids')::bigint[]);

-- name: InsertUser :one
INSERT INTO users (uuid, full_name, display_name, email, email_folded, email_rule, created_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
RETURNING id;

-- Media, collections and groups tell who somebody is, so their version counts this too.
-- name: SetUserNames :exec
UPDATE users SET full_name = sqlc.arg('full_name'), display_name = sqlc.arg('display_name'),
       version = version + sqlc.arg('step')::bigint
 WHERE id = sqlc.arg('id');

-- name: SetUserEmail :exec
UPDATE users SET email = sqlc.narg('email'), email_folded = sqlc.narg('email_folded'), email_rule = sqlc.arg('email_rule'),
       version = version + sqlc.arg('step')::bigint
 WHERE id = sqlc.arg('id');

-- name: AddRole :exec
INSERT INTO user_roles (user_id, role)
SELECT u.id, sqlc.arg('role')::text FROM users u WHERE u.id = ANY(sqlc.arg('ids')::bigint[])
ON CONFLICT DO NOTHING;

-- name: RemoveRole :exec
DELETE FROM user_roles WHERE user_id = ANY(sqlc.arg('ids')::bigint[]) AND role = sqlc.arg('role');

-- name: SetDeactivated :exec
UPDATE users SET deactivated_at = $2 WHERE id = $1;

-- name: OwnsAnything :one
SELECT (EXISTS (SELECT 1 FROM media m WHERE m.owner_id = $1 AND m.deleted_at IS NULL)
     OR EXISTS (SELECT 1 FROM collections c
                 WHERE c.owner_id = $1 AND c.type = 'custom' AND c.deleted_at IS NULL))::boolean AS owns;

-- name: EndUser :exec
UPDATE users SET deleted_at = sqlc.narg('deleted_at'), email = NULL, email_folded = NULL, version = version + sqlc.arg('step')::bigint WHERE id = sqlc.arg('id');

-- name: DeleteRolesOf :exec
DELETE FROM user_roles WHERE user_id = $1;

-- name: DeleteMembershipsOf :exec
DELETE FROM group_members WHERE user_id = $1;

-- name: DeleteEnrollmentsOf :exec
DELETE FROM enrollments WHERE user_id = $1;

-- name: DeleteAssignmentsOf :exec
DELETE FROM sub_account_admins WHERE user_id = $1;

-- name: DeleteMediaSharesOf :exec
DELETE FROM media_shares WHERE user_id = $1;

-- name: DeleteCollectionSharesOf :exec
DELETE FROM collection_shares WHERE user_id = $1;
