-- name: CourseEnrollments :many
SELECT u.id, u.full_name, u.display_name, u.email, e.role
  FROM enrollments e JOIN users u ON u.id = e.user_id
 WHERE e.course_id = $1
 ORDER BY u.id DESC,
          CASE e.role WHEN 'teacher' THEN 0 WHEN 'ta' THEN 1 WHEN 'designer' THEN 2 WHEN 'student' THEN 3 ELSE 4 END;

-- name: EnrolledRoles :many
SELECT user_id, role FROM enrollments
 WHERE course_id = sqlc.arg('course_id') AND user_id = ANY(sqlc.arg('users')::bigint[]);

-- name: Enroll :exec
INSERT INTO enrollments (course_id, user_id, role) VALUES ($1, $2, $3);

-- name: Unenroll :exec
DELETE FROM enrollments WHERE course_id = $1 AND user_id = $2 AND role = $3;

-- name: EnrolledIn :one
SELECT EXISTS (SELECT 1 FROM enrollments
                WHERE course_id = $1 AND user_id = $2 AND role <> 'observer')::boolean AS enrolled;
