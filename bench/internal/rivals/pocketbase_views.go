package rivals

// listedColumns are the columns of a media item and its owner in a view's list.
const listedColumns = `m.title AS title, m.description AS description, m.duration AS duration,
	m.last_viewed AS last_viewed, m.last_viewed_by_student AS last_viewed_by_student,
	m.transcoding_status AS transcoding_status, m.size AS size, m.source AS source, m.embed_id AS embed_id,
	u.id AS owner_id, u.full_name AS owner_full_name, u.display_name AS owner_display_name, u.email AS owner_email`

// reachableView finds what everybody reaches from the relations. It is said with IN and
// without GROUP BY, because only so does SQLite ask each of the ways for the one person
// that a list is about: grouped, it takes a hundred times as long.
const reachableView = `SELECT (o.id || m.id) AS id, o.id AS user, m.id AS media, m.created_at AS created_at,
	(SELECT w.permission FROM (` + reachWays + `) w WHERE w.user = o.id AND w.media = m.id
	  ORDER BY w.permission DESC LIMIT 1) AS permission, ` + listedColumns + `
	FROM users o
	JOIN media m ON m.id IN (SELECT w.media FROM (` + reachWays + `) w WHERE w.user = o.id)
	JOIN users u ON u.id = m.owner`

// reachWays is every way to a media item, with what it gives: 4 owner, 3 edit, 2 view,
// 1 access.
const reachWays = `
	SELECT owner AS user, id AS media, 4 AS permission FROM media
	UNION ALL
	SELECT s.user, s.media, CASE s.permission WHEN 'edit' THEN 3 ELSE 2 END
	  FROM media_shares s WHERE s.user <> ''
	UNION ALL
	SELECT g.user, s.media, CASE s.permission WHEN 'edit' THEN 3 ELSE 2 END
	  FROM members g JOIN media_shares s ON s."group" = g."group"
	UNION ALL
	SELECT c.owner, p.media, CASE WHEN m.home = c.id THEN 4 ELSE 2 END
	  FROM collections c JOIN perspectives p ON p.collection = c.id JOIN media m ON m.id = p.media
	UNION ALL
	SELECT s.user, p.media, CASE WHEN m.home = s.collection AND s.permission = 'edit' THEN 3 ELSE 2 END
	  FROM collection_shares s JOIN perspectives p ON p.collection = s.collection JOIN media m ON m.id = p.media
	 WHERE s.user <> ''
	UNION ALL
	SELECT g.user, p.media, CASE WHEN m.home = s.collection AND s.permission = 'edit' THEN 3 ELSE 2 END
	  FROM members g JOIN collection_shares s ON s."group" = g."group"
	  JOIN perspectives p ON p.collection = s.collection JOIN media m ON m.id = p.media
	UNION ALL
	SELECT e.user, p.media, CASE WHEN e.permission IN ('student', 'observer') THEN 1 ELSE 2 END
	  FROM enrollments e JOIN perspectives p ON p.collection = e.collection`

// grantedView joins a person's grants with what the list shows. The joins are outer
// ones so that counting does not make them.
const grantedView = `SELECT g.id AS id, g.user AS user, g.media AS media, g.created_at AS created_at,
	g.permission AS permission, ` + listedColumns + `
	FROM grants g LEFT JOIN media m ON m.id = g.media LEFT JOIN users u ON u.id = m.owner`
