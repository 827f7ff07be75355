-- +goose Up

-- Whether an embed in this place lets those who see the media there download it: 0 or 1.
ALTER TABLE perspectives ADD COLUMN downloadable BIGINT NOT NULL DEFAULT 0;

-- What its owner, and nobody else, sees in a collection.
CREATE INDEX media_waiting ON media (owner_id) WHERE transcoding_status = 'waiting_for_upload';
