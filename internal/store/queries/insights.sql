-- A perspective that somebody watches: neither its media nor its collection is deleted.
-- name: WatchedPerspective :one
SELECT p.media_id, p.collection_id, c.course_id, (c.archived_at IS NOT NULL)::boolean AS archived
  FROM perspectives p
  JOIN collections c ON c.id = p.collection_id
  JOIN media m ON m.id = p.media_id
 WHERE p.uuid = $1 AND c.deleted_at IS NULL AND m.deleted_at IS NULL;

-- The perspectives of live media in a collection, the newest media first, with the sums
-- of one role.
-- name: InsightsOfCollection :many
SELECT p.uuid, m.id AS media_id, m.title, m.duration, m.owner_id, m.state,
       COALESCE(s.length, 0)::bigint AS length, COALESCE(s.views, 0)::bigint AS views,
       COALESCE(s.watched, 0)::bigint AS watched, COALESCE(s.viewers, 0)::bigint AS viewers,
       COALESCE(s.slices, '')::text AS slices,
       EXISTS (SELECT 1 FROM perspectives elsewhere
                 JOIN collections c ON c.id = elsewhere.collection_id
                 JOIN courses co ON co.id = c.course_id
                 JOIN sub_account_admins a ON a.sub_account_id = co.sub_account_id
                WHERE a.user_id = sqlc.arg('user_id')::bigint AND elsewhere.media_id = m.id)::boolean AS in_reach
  FROM perspectives p
  JOIN media m ON m.id = p.media_id
  LEFT JOIN insight_sums s ON s.perspective_id = p.uuid AND s.role = sqlc.arg('role')
 WHERE p.collection_id = sqlc.arg('collection_id') AND m.archived_at IS NULL AND m.deleted_at IS NULL
 ORDER BY m.created_at DESC, m.id DESC;

-- The ways of SeenMedia, to all media in a collection.
-- name: WaysInCollection :many
SELECT s.media_id, s.permission AS way, TRUE AS home
  FROM perspectives here
  JOIN media_shares s ON s.media_id = here.media_id AND s.user_id = sqlc.arg('user_id')::bigint
 WHERE here.collection_id = sqlc.arg('collection_id')
UNION ALL
SELECT s.media_id, s.permission, TRUE
  FROM perspectives here
  JOIN media_shares s ON s.media_id = here.media_id
  JOIN group_members gm ON gm.group_id = s.group_id AND gm.user_id = sqlc.arg('user_id')::bigint
 WHERE here.collection_id = sqlc.arg('collection_id')
UNION ALL
SELECT m.id, w.way, (m.home_collection_id = p.collection_id)
  FROM perspectives here
  JOIN media m ON m.id = here.media_id
  JOIN perspectives p ON p.media_id = m.id
  JOIN collections c ON c.id = p.collection_id
  JOIN collection_ways w ON w.collection_id = c.id AND w.user_id = sqlc.arg('user_id')::bigint
 WHERE here.collection_id = sqlc.arg('collection_id') AND c.deleted_at IS NULL
   AND (c.archived_at IS NULL OR m.home_collection_id = p.collection_id);

-- name: InsightSums :one
SELECT length, views, watched, viewers, slices FROM insight_sums WHERE perspective_id = $1 AND role = $2;

-- Locks a perspective's sums, which are made where they are not there.
-- name: LockInsights :exec
INSERT INTO insight_sums (perspective_id, role, length, views, watched, viewers, slices)
VALUES (sqlc.arg('perspective_id'), '', sqlc.arg('length'), 0, 0, 0, '')
ON CONFLICT (perspective_id, role) DO UPDATE SET views = insight_sums.views;

-- name: AllInsightSums :many
SELECT role, length, views, watched, viewers, slices FROM insight_sums WHERE perspective_id = $1;

-- name: SetInsightSums :exec
INSERT INTO insight_sums (perspective_id, role, length, views, watched, viewers, slices)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (perspective_id, role) DO UPDATE
   SET length = excluded.length, views = excluded.views, watched = excluded.watched, viewers = excluded.viewers,
       slices = excluded.slices;

-- name: ViewSessions :many
SELECT client_id, role, CASE WHEN client_id = sqlc.arg('client_id') THEN received ELSE '' END::text AS received,
       watched, began_at, first_heard_at
  FROM view_sessions
 WHERE perspective_id = sqlc.arg('perspective_id') AND user_id = sqlc.arg('user_id');

-- name: SetViewSession :exec
INSERT INTO view_sessions (perspective_id, user_id, client_id, role, received, watched, began_at, first_heard_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (perspective_id, user_id, client_id) DO UPDATE
   SET received = excluded.received, watched = excluded.watched;

-- name: DeleteViewSessions :exec
DELETE FROM view_sessions
 WHERE perspective_id = $1 AND user_id = $2 AND first_heard_at < sqlc.arg('before');

-- name: Viewing :one
SELECT last_role, stretches, watched, views, last_viewed_at
  FROM viewers WHERE perspective_id = $1 AND role = $2 AND user_id = $3;

-- name: SetViewing :exec
INSERT INTO viewers (perspective_id, role, user_id, last_role, stretches, watched, views, last_viewed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (perspective_id, role, user_id) DO UPDATE
   SET last_role = excluded.last_role, stretches = excluded.stretches, watched = excluded.watched,
       views = excluded.views, last_viewed_at = excluded.last_viewed_at;

-- name: StretchesOfViewers :many
SELECT role, stretches FROM viewers WHERE perspective_id = $1 AND views > 0;

-- The viewers in one role, by id descending, without those who are deleted.
-- name: Viewers :many
SELECT v.last_role, v.stretches, v.watched, v.views, v.last_viewed_at,
       u.id, u.full_name, u.display_name, u.email
  FROM viewers v JOIN users u ON u.id = v.user_id
 WHERE v.perspective_id = sqlc.arg('perspective_id') AND v.role = sqlc.arg('role') AND v.views > 0 AND u.deleted_at IS NULL
 ORDER BY v.user_id DESC LIMIT sqlc.arg('limit')::bigint OFFSET sqlc.arg('offset')::bigint;

-- name: CountViewers :one
SELECT count(*)
  FROM viewers v JOIN users u ON u.id = v.user_id
 WHERE v.perspective_id = $1 AND v.role = $2 AND v.views > 0 AND u.deleted_at IS NULL;

-- A media item's last view is kept to the day: later views of that day write nothing, and an
-- earlier one that comes late does not either.
-- name: SetLastViewed :exec
UPDATE media SET last_viewed_at = sqlc.arg('at')::bigint, version = version + sqlc.arg('step')::bigint
 WHERE id = sqlc.arg('id') AND COALESCE(last_viewed_at, -1) < sqlc.arg('day')::bigint;

-- name: SetLastViewedByStudent :exec
UPDATE media SET last_viewed_by_student_at = sqlc.arg('at')::bigint, version = version + sqlc.arg('step')::bigint
 WHERE id = sqlc.arg('id') AND COALESCE(last_viewed_by_student_at, -1) < sqlc.arg('day')::bigint;

-- name: GetSecret :one
SELECT secret FROM secrets WHERE name = $1;

-- name: InsertSecret :exec
INSERT INTO secrets (name, secret) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING;
