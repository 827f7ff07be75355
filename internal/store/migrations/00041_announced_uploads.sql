-- +goose Up

-- How many bytes the last resumable upload of a media item has announced, 0 for none. They count
-- from then on, not only when all of them have come.
ALTER TABLE media_uploads ADD COLUMN announced BIGINT NOT NULL DEFAULT 0;
