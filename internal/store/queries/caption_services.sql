-- name: CaptionServiceByKey :one
SELECT id, key_hash FROM caption_services WHERE key_hash = $1 AND revoked_at IS NULL;

-- name: CaptionServices :many
SELECT id, name, created_at, revoked_at FROM caption_services ORDER BY id;

-- name: CaptionServiceByName :one
SELECT id, name, created_at, revoked_at FROM caption_services WHERE name = $1;

-- name: InsertCaptionService :one
INSERT INTO caption_services (name, key_hash, created_at) VALUES ($1, $2, $3) RETURNING id;

-- name: RenewCaptionService :exec
UPDATE caption_services SET key_hash = $2, created_at = $3, revoked_at = NULL WHERE id = $1;

-- name: RevokeCaptionService :exec
UPDATE caption_services SET revoked_at = sqlc.arg('revoked_at') WHERE id = sqlc.arg('id');

-- name: AnyCaptionService :one
SELECT EXISTS (SELECT 1 FROM caption_services WHERE revoked_at IS NULL)::boolean AS active;

-- The types that can be asked for: those of active services, and those of none.
-- name: ServiceTypes :many
SELECT t.id, t.service_id, t.key, t.label, t.description, t.is_asr, t.languages
  FROM captioning_service_types t
 WHERE t.service_id IS NULL
    OR EXISTS (SELECT 1 FROM caption_services s WHERE s.id = t.service_id AND s.revoked_at IS NULL)
 ORDER BY t.id DESC;

-- name: ServiceType :one
SELECT t.id, t.service_id, t.key, t.label, t.description, t.is_asr, t.languages
  FROM captioning_service_types t WHERE t.key = $1;

-- name: InsertServiceType :one
INSERT INTO captioning_service_types (service_id, key, label, description, is_asr, languages)
VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: SetServiceType :exec
UPDATE captioning_service_types SET label = $2, description = $3, is_asr = $4, languages = $5 WHERE id = $1;

-- name: DeleteServiceType :exec
DELETE FROM captioning_service_types WHERE id = $1;
