-- name: UserCollections :many
SELECT c.id, c.type, COALESCE(c.name, co.name, '')::text AS name, c.course_id, c.created_at, c.archived_at,
       c.owner_id, o.full_name AS owner_full_name, o.display_name AS owner_display_name, o.email AS owner_email,
       reached.ways
  FROM (SELECT w.collection_id, string_agg(w.way, ',')::text AS ways
          FROM collection_ways w WHERE w.user_id = sqlc.arg('user_id')::bigint GROUP BY w.collection_id) reached
  JOIN collections c ON c.id = reached.collection_id
  LEFT JOIN users o ON o.id = c.owner_id
  LEFT JOIN courses co ON co.id = c.course_id
 WHERE c.archived_at IS NULL AND c.deleted_at IS NULL
 ORDER BY CASE c.type WHEN 'user' THEN 0 ELSE 1 END, c.created_at DESC, c.id DESC
 LIMIT sqlc.arg('limit')::bigint OFFSET sqlc.arg('offset')::bigint;

-- name: CountUserCollections :one
SELECT count(*) FROM (SELECT DISTINCT w.collection_id
          FROM collection_ways w JOIN collections c ON c.id = w.collection_id
         WHERE w.user_id = sqlc.arg('user_id')::bigint AND c.archived_at IS NULL AND c.deleted_at IS NULL) reached;

-- name: UserLibrary :one
SELECT c.id, c.type, COALESCE(c.name, '')::text AS name, c.course_id, c.created_at, c.archived_at,
       c.owner_id, o.full_name AS owner_full_name, o.display_name AS owner_display_name, o.email AS owner_email,
       'owner'::text AS ways
  FROM collections c JOIN users o ON o.id = c.owner_id
 WHERE c.owner_id = sqlc.arg('user_id')::bigint AND c.type = 'user' AND o.deleted_at IS NULL;

-- Without the owner, for the reason that stands at LockMedia.
-- name: LockCollections :many
SELECT id FROM collections WHERE id = ANY(sqlc.arg('ids')::bigint[]) AND deleted_at IS NULL
 ORDER BY id FOR NO KEY UPDATE;

-- name: CollectionsByID :many
SELECT c.id, c.type, COALESCE(c.name, co.name, '')::text AS name, c.course_id, c.created_at, c.archived_at,
       c.owner_id, o.full_name AS owner_full_name, o.display_name AS owner_display_name, o.email AS owner_email,
       ''::text AS ways
  FROM collections c
  LEFT JOIN users o ON o.id = c.owner_id
  LEFT JOIN courses co ON co.id = c.course_id
 WHERE c.id = ANY(sqlc.arg('ids')::bigint[]) AND c.deleted_at IS NULL ORDER BY c.id;

-- name: LibraryOf :one
SELECT id FROM collections WHERE owner_id = sqlc.arg('user_id')::bigint AND type = 'user';

-- name: CollectionsOf :many
SELECT id FROM collections WHERE owner_id = sqlc.arg('user_id')::bigint AND type = 'custom' AND deleted_at IS NULL ORDER BY id;

-- name: InsertCollection :one
INSERT INTO collections (type, name, owner_id, course_id, created_at, version) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: SetCollectionArchived :exec
UPDATE collections SET archived_at = sqlc.narg('archived_at'), version = version + sqlc.arg('step')::bigint WHERE id = sqlc.arg('id');

-- name: SetCollectionDeleted :exec
UPDATE collections SET deleted_at = sqlc.narg('deleted_at'), version = version + sqlc.arg('step')::bigint WHERE id = sqlc.arg('id');

-- name: BumpCollections :exec
UPDATE collections SET version = version + sqlc.arg('step')::bigint WHERE id = ANY(sqlc.arg('ids')::bigint[]);

-- The people and the groups through whom collections are reached, except by courses, whose
-- collections are neither deleted nor given away.
-- name: BumpOwnersOfCollections :exec
UPDATE users SET version = version + sqlc.arg('step')::bigint
 WHERE id IN (SELECT c.owner_id FROM collections c WHERE c.id = ANY(sqlc.arg('ids')::bigint[]) AND c.owner_id IS NOT NULL);

-- name: BumpPeopleGivenCollections :exec
UPDATE users SET version = version + sqlc.arg('step')::bigint
 WHERE id IN (SELECT s.user_id FROM collection_shares s WHERE s.collection_id = ANY(sqlc.arg('ids')::bigint[]) AND s.user_id IS NOT NULL);

-- name: BumpGroupsGivenCollections :exec
UPDATE groups SET version = version + sqlc.arg('step')::bigint
 WHERE id IN (SELECT s.group_id FROM collection_shares s WHERE s.collection_id = ANY(sqlc.arg('ids')::bigint[]) AND s.group_id IS NOT NULL);

-- name: BumpEnrolled :exec
UPDATE users SET version = version + sqlc.arg('step')::bigint
 WHERE id IN (SELECT e.user_id FROM enrollments e WHERE e.course_id = sqlc.arg('course_id'));

-- Collections as somebody sees them: with their ways, and whether a sub-account assigned to
-- them has the course.
-- name: SeenCollections :many
SELECT c.id, c.type, COALESCE(c.name, co.name, '')::text AS name, c.course_id, c.created_at, c.archived_at,
       c.owner_id, o.full_name AS owner_full_name, o.display_name AS owner_display_name, o.email AS owner_email,
       COALESCE(reached.ways, '')::text AS ways,
       EXISTS (SELECT 1 FROM sub_account_admins a
                WHERE a.user_id = sqlc.arg('user_id')::bigint AND a.sub_account_id = co.sub_account_id)::boolean AS in_reach
  FROM collections c
  LEFT JOIN (SELECT w.collection_id, string_agg(w.way, ',') AS ways
               FROM collection_ways w
              WHERE w.user_id = sqlc.arg('user_id')::bigint AND w.collection_id = ANY(sqlc.arg('ids')::bigint[])
              GROUP BY w.collection_id) reached ON reached.collection_id = c.id
  LEFT JOIN users o ON o.id = c.owner_id
  LEFT JOIN courses co ON co.id = c.course_id
 WHERE c.id = ANY(sqlc.arg('ids')::bigint[]) AND c.deleted_at IS NULL;

-- name: ArchivedCollections :many
SELECT c.id, c.type, COALESCE(c.name, '')::text AS name, c.course_id, c.created_at, c.archived_at,
       c.owner_id, o.full_name AS owner_full_name, o.display_name AS owner_display_name, o.email AS owner_email,
       'owner'::text AS ways
  FROM collections c JOIN users o ON o.id = c.owner_id
 WHERE c.owner_id = sqlc.arg('user_id')::bigint AND c.archived_at IS NOT NULL AND c.deleted_at IS NULL
 ORDER BY c.created_at DESC, c.id DESC
 LIMIT sqlc.arg('limit')::bigint OFFSET sqlc.arg('offset')::bigint;

-- name: CountArchivedCollections :one
SELECT count(*) FROM collections
 WHERE owner_id = sqlc.arg('user_id')::bigint AND archived_at IS NOT NULL AND deleted_at IS NULL;

-- name: CollectionVersion :one
SELECT version, (archived_at IS NOT NULL)::boolean AS archived FROM collections WHERE id = $1 AND deleted_at IS NULL;

-- name: SetCollectionsOwner :exec
UPDATE collections SET owner_id = sqlc.arg('owner_id')::bigint, version = version + sqlc.arg('step')::bigint WHERE id = ANY(sqlc.arg('ids')::bigint[]);
