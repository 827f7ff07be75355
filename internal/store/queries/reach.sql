-- The containers that a person has ways to, in one text: '' for a person who is not
-- there.
-- name: ReachedContainers :one
SELECT COALESCE(string_agg(item, ' '), '')::text AS containers FROM reached_containers WHERE user_id = $1;

-- Whether versions still add up to what they did. Within a timeline versions only grow, so
-- the sum over the same rows is the same only when each of them is. The sum of versions
-- does not fit into a bigint, so their upper and lower 32 bits are added up separately.
-- name: VersionsAddUpTo :one
SELECT (COALESCE(sum(kept.version >> 32), 0) = sqlc.arg('upper')::bigint
    AND COALESCE(sum(kept.version & 4294967295), 0) = sqlc.arg('lower')::bigint)::boolean AS unchanged
         FROM (SELECT u.version FROM users u WHERE u.id = ANY(sqlc.arg('users')::bigint[])
                UNION ALL
               SELECT g.version FROM groups g WHERE g.id = ANY(sqlc.arg('groups')::bigint[])
                UNION ALL
               SELECT c.version FROM collections c WHERE c.id = ANY(sqlc.arg('collections')::bigint[])
                UNION ALL
               SELECT m.version FROM media m WHERE m.id = ANY(sqlc.arg('media')::bigint[])) kept;

-- Rows of media, each with the answer of VersionsAddUpTo in the same state of the
-- library.
-- name: MediaRows :many
SELECT m.id, m.owner_id, m.home_collection_id, m.title, m.description, m.duration, m.size, m.source,
       m.state, m.embed_id, m.created_at, m.last_viewed_at, m.last_viewed_by_student_at, m.version,
       o.full_name AS owner_full_name, o.display_name AS owner_display_name, o.email AS owner_email,
       o.version AS owner_version,
       (SELECT COALESCE(sum(kept.version >> 32), 0) = sqlc.arg('upper')::bigint
           AND COALESCE(sum(kept.version & 4294967295), 0) = sqlc.arg('lower')::bigint
         FROM (SELECT u.version FROM users u WHERE u.id = ANY(sqlc.arg('users')::bigint[])
                UNION ALL
               SELECT g.version FROM groups g WHERE g.id = ANY(sqlc.arg('groups')::bigint[])
                UNION ALL
               SELECT c.version FROM collections c WHERE c.id = ANY(sqlc.arg('collections')::bigint[])
                UNION ALL
               SELECT n.version FROM media n WHERE n.id = ANY(sqlc.arg('media')::bigint[])) kept)::boolean AS unchanged
  FROM media m JOIN users o ON o.id = m.owner_id
 WHERE m.id = ANY(sqlc.arg('ids')::bigint[]);

-- The lists of containers, each in one text: "1767603600:7:owner" is a media item's time, its
-- id, and the way that being in the list is. A row for each media would cost more than
-- reading it: two thirds of the time would go into handing rows over.
-- name: ListsOfUsers :many
SELECT m.owner_id AS list, string_agg(m.created_at || ':' || m.id || ':owner', ' ')::text AS entries
  FROM media m
 WHERE m.owner_id = ANY(sqlc.arg('ids')::bigint[]) AND m.archived_at IS NULL AND m.deleted_at IS NULL
 GROUP BY m.owner_id
UNION ALL
SELECT s.user_id, string_agg(m.created_at || ':' || m.id || ':' || s.permission, ' ')::text
  FROM media_shares s JOIN media m ON m.id = s.media_id
 WHERE s.user_id = ANY(sqlc.arg('ids')::bigint[]) AND m.archived_at IS NULL AND m.deleted_at IS NULL
   AND m.state <> 'waiting'
 GROUP BY s.user_id;

-- name: ListsOfGroups :many
SELECT s.group_id::bigint AS list, string_agg(m.created_at || ':' || m.id || ':' || s.permission, ' ')::text AS entries
  FROM media_shares s JOIN media m ON m.id = s.media_id
 WHERE s.group_id = ANY(sqlc.arg('ids')::bigint[]) AND m.archived_at IS NULL AND m.deleted_at IS NULL
   AND m.state <> 'waiting'
 GROUP BY s.group_id;

-- name: ListsOfCollections :many
SELECT p.collection_id AS list,
       string_agg(m.created_at || ':' || m.id || CASE WHEN m.home_collection_id = p.collection_id THEN ':home' ELSE ':' END, ' ')::text AS entries
  FROM perspectives p JOIN media m ON m.id = p.media_id
 WHERE p.collection_id = ANY(sqlc.arg('ids')::bigint[]) AND m.archived_at IS NULL AND m.deleted_at IS NULL
   AND m.state <> 'waiting'
 GROUP BY p.collection_id;
