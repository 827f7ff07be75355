-- +goose Up

-- The title as it is searched: folded by Go, which writes it with every title. A row
-- from before this column has none until a node folds it at its start.
ALTER TABLE media ADD COLUMN title_folded TEXT;
CREATE INDEX media_not_folded ON media (id) WHERE title_folded IS NULL;

-- What searches list, in the orders in which they look for it. The conditions are those
-- of store/search.go, word for word, or SQLite does not take the index.
CREATE INDEX media_listed ON media (created_at, id)
 WHERE deleted_at IS NULL AND archived_at IS NULL AND transcoding_status <> 'waiting_for_upload';
CREATE INDEX media_listed_by_source ON media (source, created_at, id)
 WHERE deleted_at IS NULL AND archived_at IS NULL AND transcoding_status <> 'waiting_for_upload';
CREATE INDEX media_listed_by_size ON media (size)
 WHERE deleted_at IS NULL AND archived_at IS NULL AND transcoding_status <> 'waiting_for_upload';
CREATE INDEX media_viewed ON media (last_viewed_at) WHERE last_viewed_at IS NOT NULL;
CREATE INDEX media_viewed_by_student ON media (last_viewed_by_student_at)
 WHERE last_viewed_by_student_at IS NOT NULL;
CREATE INDEX media_archived ON media (created_at, id) WHERE deleted_at IS NULL AND archived_at IS NOT NULL;
CREATE INDEX media_tags_by_tag ON media_tags (tag_id, media_id);

-- The audit log is read by time, whatever else is asked for.
DROP INDEX audit_events_by_actor;
DROP INDEX audit_events_by_object;
DROP INDEX audit_events_by_action;
CREATE INDEX audit_events_by_actor ON audit_events (actor_id, at, id);
CREATE INDEX audit_events_by_object ON audit_events (object_id, object, at, id);
CREATE INDEX audit_events_by_action ON audit_events (action, at, id);
