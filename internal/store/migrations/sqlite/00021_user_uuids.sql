-- +goose Up

-- What names a person outside the database, in tickets for example. An id may be given to
-- somebody else when a database is restored to an earlier state; a UUID may not.
ALTER TABLE users ADD COLUMN uuid TEXT;

-- A UUID of version 4 for each row (RFC 9562, section 5.4): 122 random bits around the
-- digit 4 of the version and one of 8, 9, a and b, the variant.
UPDATE users SET uuid = lower(
    hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2)
    || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)));

CREATE UNIQUE INDEX users_by_uuid ON users (uuid);

-- SQLite adds no column that is NOT NULL without a default, which would hide a forgotten
-- value. These say what NOT NULL would.
-- +goose StatementBegin
CREATE TRIGGER users_insert_uuid BEFORE INSERT ON users WHEN new.uuid IS NULL
BEGIN
    SELECT RAISE(ABORT, 'NOT NULL constraint failed: users.uuid');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER users_update_uuid BEFORE UPDATE OF uuid ON users WHEN new.uuid IS NULL
BEGIN
    SELECT RAISE(ABORT, 'NOT NULL constraint failed: users.uuid');
END;
-- +goose StatementEnd
