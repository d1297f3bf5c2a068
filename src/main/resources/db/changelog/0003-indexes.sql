--liquibase formatted sql

-- Indexes the old schema lacked. A user is erased through the foreign keys: without an index each is a scan of its table.

--changeset mana:0003-indexes splitStatements:false stripComments:false
CREATE INDEX IF NOT EXISTS sessions_user_id_idx ON auth.sessions (user_id);
CREATE INDEX IF NOT EXISTS sessions_expires_at_idx ON auth.sessions (expires_at);
CREATE INDEX IF NOT EXISTS accounts_user_id_idx ON auth.accounts (user_id);
CREATE INDEX IF NOT EXISTS api_keys_user_id_idx ON auth.api_keys (user_id);
CREATE INDEX IF NOT EXISTS security_events_user_id_created_at_idx ON auth.security_events (user_id, created_at);

--changeset mana:0003-redundant-index splitStatements:false stripComments:false
-- The primary key is on the same column.
DROP INDEX auth.encryption_vaults_user_id_idx;
