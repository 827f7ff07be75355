-- name: InsertAuditEvent :exec
INSERT INTO audit_events (at, actor_id, service_id, token, action, object, object_id, before, after, address, request_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);
