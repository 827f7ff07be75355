-- +goose Up

-- Keys that the library makes for itself, the same on every node.
CREATE TABLE secrets (
    name   TEXT  PRIMARY KEY,
    secret BYTEA NOT NULL
);

-- What people watched. Nothing here refers to the perspectives table: a perspective
-- that is removed takes the rows about it out of sight, however many there are. All
-- three tables change together, in the transaction that takes a batch of views, under
-- the lock of the perspective's row in insight_sums whose role is ''. Lengths of time
-- are in milliseconds. A role is that of the viewer at the time; '' is for all of them.

-- One playing of a perspective by one person: the batches received of it as numbers,
-- written as runs ("1-5,7-8": 1 to 4, and 7), and all that they say was watched.
CREATE TABLE view_sessions (
    perspective_id TEXT   NOT NULL,
    user_id        BIGINT NOT NULL REFERENCES users (id),
    client_id      TEXT   NOT NULL,
    role           TEXT   NOT NULL,
    received       TEXT   NOT NULL,
    watched        BIGINT NOT NULL,
    PRIMARY KEY (perspective_id, user_id, client_id)
);

-- What one person watched of a perspective in one role, and once more for all roles,
-- where last_role is the role of the latest view: the union of the watched stretches,
-- written as runs, the time watched with repeats, and the sessions that count as views.
CREATE TABLE viewers (
    perspective_id TEXT   NOT NULL,
    role           TEXT   NOT NULL,
    user_id        BIGINT NOT NULL REFERENCES users (id),
    last_role      TEXT   NOT NULL,
    stretches      TEXT   NOT NULL,
    watched        BIGINT NOT NULL,
    views          BIGINT NOT NULL,
    last_viewed_at BIGINT NOT NULL,
    PRIMARY KEY (perspective_id, role, user_id)
);

-- The sums over a perspective's viewers in one role, and over all: so a million views
-- are answered like one. The slices are of a media of this length, and are counted anew
-- when the media has another: for each, how many viewers saw some of it.
CREATE TABLE insight_sums (
    perspective_id TEXT   NOT NULL,
    role           TEXT   NOT NULL,
    length         BIGINT NOT NULL,
    views          BIGINT NOT NULL,
    watched        BIGINT NOT NULL,
    viewers        BIGINT NOT NULL,
    slices         TEXT   NOT NULL,
    PRIMARY KEY (perspective_id, role)
);
