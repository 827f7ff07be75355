-- Every way, once each, by which somebody other than the owner and the admins gets to
-- a media of the owner's, to one at home in a custom collection of theirs, or (with
-- the media 0) to such a collection. It is one statement because memberships and
-- enrolments are not locked for it: all are read as of one moment.
-- name: WaysOfOthers :many
WITH others AS NOT MATERIALIZED (
    SELECT u.id FROM users u
     WHERE u.id <> sqlc.arg('owner_id')::bigint AND u.deleted_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM user_roles r WHERE r.user_id = u.id AND r.role = 'Admin')
), own AS (
    SELECT c.id, c.archived_at FROM collections c
     WHERE c.owner_id = sqlc.arg('owner_id')::bigint AND c.type = 'custom' AND c.deleted_at IS NULL
), held AS (
    SELECT m.id, m.owner_id, m.home_collection_id, m.transcoding_status, m.archived_at
      FROM media m WHERE m.owner_id = sqlc.arg('owner_id')::bigint AND m.deleted_at IS NULL
    UNION
    SELECT m.id, m.owner_id, m.home_collection_id, m.transcoding_status, m.archived_at
      FROM media m JOIN own ON own.id = m.home_collection_id WHERE m.deleted_at IS NULL
), places AS (
    SELECT h.id AS media_id, c.id AS collection_id, c.owner_id, c.course_id, (c.id = h.home_collection_id) AS home
      FROM held h
      JOIN perspectives p ON p.media_id = h.id
      JOIN collections c ON c.id = p.collection_id
     WHERE c.deleted_at IS NULL AND (c.archived_at IS NULL OR c.id = h.home_collection_id)
), ways AS (
    SELECT h.id AS media_id, 'owner' AS way, TRUE AS home, TRUE AS itself
      FROM held h JOIN others x ON x.id = h.owner_id
    UNION
    SELECT h.id, s.permission, TRUE, FALSE
      FROM held h JOIN media_shares s ON s.media_id = h.id JOIN others x ON x.id = s.user_id
    UNION
    SELECT h.id, s.permission, TRUE, FALSE
      FROM held h JOIN media_shares s ON s.media_id = h.id
     WHERE EXISTS (SELECT 1 FROM group_members gm JOIN others x ON x.id = gm.user_id WHERE gm.group_id = s.group_id)
    UNION
    SELECT p.media_id, 'owner', p.home, FALSE
      FROM places p JOIN others x ON x.id = p.owner_id
    UNION
    SELECT p.media_id, s.permission, p.home, FALSE
      FROM places p JOIN collection_shares s ON s.collection_id = p.collection_id JOIN others x ON x.id = s.user_id
    UNION
    SELECT p.media_id, s.permission, p.home, FALSE
      FROM places p JOIN collection_shares s ON s.collection_id = p.collection_id
     WHERE EXISTS (SELECT 1 FROM group_members gm JOIN others x ON x.id = gm.user_id WHERE gm.group_id = s.group_id)
    UNION
    SELECT p.media_id, e.role, p.home, FALSE
      FROM places p JOIN enrollments e ON e.course_id = p.course_id JOIN others x ON x.id = e.user_id
)
SELECT h.id AS media_id, h.home_collection_id AS collection_id, ways.way::text AS way, ways.home::boolean AS home,
       ways.itself::boolean AS itself, (h.transcoding_status = 'waiting_for_upload')::boolean AS waiting,
       (h.archived_at IS NOT NULL)::boolean AS archived
  FROM ways JOIN held h ON h.id = ways.media_id
UNION ALL
SELECT 0, own.id, s.permission, TRUE, FALSE, FALSE, (own.archived_at IS NOT NULL)
  FROM own JOIN collection_shares s ON s.collection_id = own.id
 WHERE s.user_id IN (SELECT x.id FROM others x WHERE x.id = s.user_id)
    OR EXISTS (SELECT 1 FROM group_members gm JOIN others x ON x.id = gm.user_id WHERE gm.group_id = s.group_id);
