-- +goose Up

-- The few people who are deactivated, to count the many who are not.
CREATE INDEX users_deactivated ON users (id) WHERE deactivated_at IS NOT NULL;
