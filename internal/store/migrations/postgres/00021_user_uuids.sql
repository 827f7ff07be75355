-- +goose Up

-- What names a person outside the database, in tickets for example. An id may be given to
-- somebody else when a database is restored to an earlier state; a UUID may not.
ALTER TABLE users ADD COLUMN uuid TEXT;
UPDATE users SET uuid = gen_random_uuid()::text;
ALTER TABLE users ALTER COLUMN uuid SET NOT NULL;
ALTER TABLE users ADD CONSTRAINT users_uuid_key UNIQUE (uuid);
