-- +goose Up

-- The runs that were started: each attempt at an upload or at work on a media item writes
-- its objects below media/<id>/<run>/, and its row is committed before its first object.
-- A sweep deletes objects of these runs only. What a run wrote that the database has never
-- heard of may be newer than the database, which was put back from a backup.
CREATE TABLE storage_runs (
    run        TEXT   PRIMARY KEY,
    started_at BIGINT NOT NULL
);

-- Runs from before this table have no row. Objects that are older than the last change
-- that the database knows of at the migration count as known.
CREATE TABLE storage_runs_since (
    at BIGINT NOT NULL
);
INSERT INTO storage_runs_since (at)
SELECT max(t.at) FROM (
    SELECT max(at) AS at FROM audit_events
    UNION ALL SELECT max(created_at) FROM media
    UNION ALL SELECT max(created_at) FROM media_files
    UNION ALL SELECT max(updated_at) FROM media_processing
    UNION ALL SELECT 0
) AS t;
