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

-- name: Enroll :execrows
INSERT INTO enrollments (course_id, user_id, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: Unenroll :execrows
DELETE FROM enrollments WHERE course_id = $1 AND user_id = $2 AND role = $3;

-- name: EnrolledIn :one
SELECT EXISTS (SELECT 1 FROM enrollments
                WHERE course_id = $1 AND user_id = $2 AND role <> 'observer')::boolean AS enrolled;

-- name: CourseCollection :one
SELECT id FROM collections WHERE course_id = sqlc.arg('course_id')::bigint;

-- name: InsertCourseUnlessThere :execrows
INSERT INTO courses (id, name, sub_account_id, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;
