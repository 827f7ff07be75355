-- +goose Up

-- By which rule of package library each row was folded. A row of a lower rule is folded
-- again at a start, in batches; until then, whoever searches folds it too. The default is
-- rule 0, from before rules were recorded: a row whose rule was forgotten costs time and is
-- never found wrongly.
--
-- A person whose e-mail has no folded form has the same address as an older person, who is
-- the one that is found by it.
ALTER TABLE users ADD COLUMN email_rule BIGINT NOT NULL DEFAULT 0;
CREATE INDEX users_by_email_rule ON users (email_rule, id) WHERE email IS NOT NULL;
CREATE INDEX users_without_key ON users (id) WHERE email IS NOT NULL AND email_folded IS NULL;

ALTER TABLE tags ADD COLUMN fold_rule BIGINT NOT NULL DEFAULT 0;
CREATE INDEX tags_by_rule ON tags (fold_rule, id);

ALTER TABLE media ADD COLUMN title_rule BIGINT NOT NULL DEFAULT 0;
CREATE INDEX media_by_title_rule ON media (title_rule, id);
DROP INDEX media_not_folded;
