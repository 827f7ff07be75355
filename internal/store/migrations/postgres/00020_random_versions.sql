-- +goose Up

-- Versions begin with a random step and grow by random steps of 1 to 2³², which the program
-- draws once for each transaction. A statement that gives a new row no version fails. Rows
-- from before get a step here, so that a backup from before this migration does not come to
-- the versions that are from now on.
ALTER TABLE users ALTER COLUMN version DROP DEFAULT;
ALTER TABLE groups ALTER COLUMN version DROP DEFAULT;
ALTER TABLE collections ALTER COLUMN version DROP DEFAULT;
ALTER TABLE media ALTER COLUMN version DROP DEFAULT;

UPDATE users SET version = version + 1 + floor(random() * 4294967296)::bigint;
UPDATE groups SET version = version + 1 + floor(random() * 4294967296)::bigint;
UPDATE collections SET version = version + 1 + floor(random() * 4294967296)::bigint;
UPDATE media SET version = version + 1 + floor(random() * 4294967296)::bigint;
