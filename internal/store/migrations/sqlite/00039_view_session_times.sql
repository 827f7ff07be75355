-- +goose Up

-- When a session began, and when the first report of it arrived: so that nobody reports more
-- than they had time to watch.
ALTER TABLE view_sessions ADD COLUMN began_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE view_sessions ADD COLUMN first_heard_at BIGINT NOT NULL DEFAULT 0;

-- Of the sessions from before, nothing is known. They count as heard of now, and as begun 12
-- hours ago and as much earlier as their person needs, at four times the speed, for all that
-- they have watched already (in milliseconds). Without that time, who has watched a recording
-- often could report nothing more for days.
UPDATE view_sessions
   SET first_heard_at = unixepoch(),
       began_at = unixepoch() - 12 * 3600 - (so_far.watched + 3999) / 4000
  FROM (SELECT perspective_id, user_id, CAST(SUM(watched) AS BIGINT) AS watched
          FROM view_sessions GROUP BY perspective_id, user_id) AS so_far
 WHERE view_sessions.perspective_id = so_far.perspective_id AND view_sessions.user_id = so_far.user_id;
