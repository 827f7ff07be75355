-- +goose Up

-- When a session began, and when the first report of it arrived: so that nobody reports more
-- than they had time to watch. Of the sessions from before, nothing is known: 0.
ALTER TABLE view_sessions ADD COLUMN began_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE view_sessions ADD COLUMN first_heard_at BIGINT NOT NULL DEFAULT 0;
