-- +goose Up

-- The keys that sign what the library hands out. The newest that is not retired signs; a
-- retired one verifies until the last of what it has signed has expired.
CREATE TABLE signing_keys (
    id         TEXT   PRIMARY KEY,
    secret     BYTEA  NOT NULL,
    created_at BIGINT NOT NULL,
    retired_at BIGINT
);

-- The keys from before keys had ids go on verifying, under their names.
INSERT INTO signing_keys (id, secret, created_at, retired_at)
SELECT name, secret, 0, CAST(EXTRACT(EPOCH FROM now()) AS BIGINT) FROM secrets WHERE name IN ('addresses', 'view tickets');
DELETE FROM secrets WHERE name IN ('addresses', 'view tickets');
