-- +goose Up

-- Who started an upload, by UUID. The addresses that it was given work for as long as that
-- person may upload: whoever has one needs no token. Uploads from before this table have no
-- row: their owner counts.
CREATE TABLE media_uploads (
    media_id   BIGINT PRIMARY KEY REFERENCES media (id),
    started_by TEXT   NOT NULL
);
