-- +goose Up

-- Which folded titles hold three characters in a row. It finds too many titles for a
-- longer term, never too few, so it needs no places within a title (detail), and whoever
-- asks compares the title itself.
CREATE VIRTUAL TABLE media_titles USING fts5 (
    title_folded, content='media', content_rowid='id', tokenize='trigram case_sensitive 1', detail='none', columnsize=0
);

-- +goose StatementBegin
CREATE TRIGGER media_titles_insert AFTER INSERT ON media WHEN new.title_folded IS NOT NULL
BEGIN
    INSERT INTO media_titles (rowid, title_folded) VALUES (new.id, new.title_folded);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER media_titles_update AFTER UPDATE OF title_folded ON media
BEGIN
    INSERT INTO media_titles (media_titles, rowid, title_folded)
    SELECT 'delete', old.id, old.title_folded WHERE old.title_folded IS NOT NULL;
    INSERT INTO media_titles (rowid, title_folded) SELECT new.id, new.title_folded WHERE new.title_folded IS NOT NULL;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER media_titles_delete AFTER DELETE ON media WHEN old.title_folded IS NOT NULL
BEGIN
    INSERT INTO media_titles (media_titles, rowid, title_folded) VALUES ('delete', old.id, old.title_folded);
END;
-- +goose StatementEnd
