-- +goose Up

-- Which folded titles hold three letters in a row.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX media_titles ON media USING gin (title_folded gin_trgm_ops);
