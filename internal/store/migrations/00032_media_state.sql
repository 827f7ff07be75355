-- +goose Up

-- One state for the life cycle of a media item, in place of a status and a stage that were
-- kept beside each other. Pairs that make no sense were never written on purpose: what has
-- one has failed, and says why. Without a stage nothing was ever worked on, as in a fixture.
--
-- SQLite adds no column without a default, which is therefore the state that shows that
-- something is wrong.
ALTER TABLE media ADD COLUMN state TEXT NOT NULL DEFAULT 'failed' CHECK (state IN
    ('waiting', 'queued', 'fetching', 'probing', 'to_transcode', 'transcoding', 'probing_again',
     'finished', 'failed', 'to_look_up', 'looking_up', 'external'));

UPDATE media SET state = COALESCE(
    (SELECT CASE media.transcoding_status || ' ' || p.stage
            WHEN 'waiting_for_upload waiting' THEN 'waiting'
            WHEN 'queued queued'              THEN 'queued'
            WHEN 'queued fetching'            THEN 'fetching'
            WHEN 'queued probing'             THEN 'probing'
            WHEN 'transcoding queued'         THEN 'to_transcode'
            WHEN 'transcoding transcoding'    THEN 'transcoding'
            WHEN 'transcoding probing'        THEN 'probing_again'
            WHEN 'finished finished'          THEN 'finished'
            WHEN 'external queued'            THEN 'to_look_up'
            WHEN 'external fetching'          THEN 'looking_up'
            WHEN 'external finished'          THEN 'external'
            ELSE 'failed' END
       FROM media_processing p WHERE p.media_id = media.id),
    CASE media.transcoding_status WHEN 'waiting_for_upload' THEN 'waiting' ELSE media.transcoding_status END);

UPDATE media_processing
   SET run = NULL, percent = 0, message = COALESCE(message,
       'The server was updated while the records on the preparation of this recording contradicted each other. Try again, or upload it again.')
 WHERE EXISTS (SELECT 1 FROM media m
                WHERE m.id = media_processing.media_id AND m.state = 'failed'
                  AND NOT (m.transcoding_status = 'failed' AND media_processing.stage = 'failed'));

DROP INDEX media_waiting;
DROP INDEX media_listed;
DROP INDEX media_listed_by_source;
DROP INDEX media_listed_by_size;
ALTER TABLE media DROP COLUMN transcoding_status;
ALTER TABLE media_processing DROP COLUMN stage;

-- The conditions are those of store/search.go, word for word, or SQLite does not take the
-- index.
CREATE INDEX media_waiting ON media (owner_id) WHERE state = 'waiting';
CREATE INDEX media_listed ON media (created_at, id)
 WHERE deleted_at IS NULL AND archived_at IS NULL AND state <> 'waiting';
CREATE INDEX media_listed_by_source ON media (source, created_at, id)
 WHERE deleted_at IS NULL AND archived_at IS NULL AND state <> 'waiting';
CREATE INDEX media_listed_by_size ON media (size)
 WHERE deleted_at IS NULL AND archived_at IS NULL AND state <> 'waiting';
