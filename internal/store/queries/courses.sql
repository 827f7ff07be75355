-- name: InsertSubAccount :one
INSERT INTO sub_accounts (name) VALUES ($1) RETURNING id;

-- name: LockSubAccount :one
SELECT id, name FROM sub_accounts WHERE id = $1 FOR NO KEY UPDATE;

-- name: AssignSubAccount :execrows
INSERT INTO sub_account_admins (user_id, sub_account_id) VALUES ($1, $2) ON CONFLICT DO NOTHING;

-- name: LockCourse :one
SELECT c.id, c.name, c.sub_account_id, c.created_at, own.id AS collection_id
  FROM courses c JOIN collections own ON own.course_id = c.id
 WHERE c.id = $1 FOR NO KEY UPDATE OF c;

-- name: InsertCourse :exec
INSERT INTO courses (id, name, sub_account_id, created_at) VALUES ($1, $2, $3, $4);

-- name: CourseCollection :one
SELECT id FROM collections WHERE course_id = sqlc.arg('course_id')::bigint;

-- name: InsertCourseUnlessThere :execrows
INSERT INTO courses (id, name, sub_account_id, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;

-- name: ListCourses :many
SELECT c.id, c.name, c.sub_account_id, c.created_at, own.id AS collection_id,
       (SELECT count(DISTINCT e.user_id) FROM enrollments e WHERE e.course_id = c.id)::bigint AS people
  FROM courses c JOIN collections own ON own.course_id = c.id ORDER BY c.id;

-- name: ListSubAccounts :many
SELECT s.id, s.name, (SELECT count(*) FROM courses c WHERE c.sub_account_id = s.id)::bigint AS courses
  FROM sub_accounts s ORDER BY s.id;

-- name: ListSubAccountAdmins :many
SELECT sub_account_id, user_id FROM sub_account_admins ORDER BY sub_account_id, user_id;

-- name: UnassignSubAccount :execrows
DELETE FROM sub_account_admins WHERE user_id = $1 AND sub_account_id = $2;

-- name: SubAccountAssigned :one
SELECT EXISTS (SELECT 1 FROM sub_account_admins WHERE user_id = $1 AND sub_account_id = $2)::boolean AS assigned;

-- name: SetCourseSubAccount :exec
UPDATE courses SET sub_account_id = $2 WHERE id = $1;
