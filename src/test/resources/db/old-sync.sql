-- What the old worker made of its part of the sync database (contract A9), and rows.
CREATE SCHEMA mana_ai;
CREATE TABLE mana_ai.decrypt_audit (
    id BIGSERIAL PRIMARY KEY,
    user_id TEXT NOT NULL,
    mission_id TEXT NOT NULL,
    iteration_id TEXT,
    table_name TEXT NOT NULL,
    record_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('ok', 'failed', 'scope-violation')),
    reason TEXT,
    ts TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX idx_decrypt_audit_mission ON mana_ai.decrypt_audit (user_id, mission_id, ts DESC);
ALTER TABLE mana_ai.decrypt_audit ENABLE ROW LEVEL SECURITY;
CREATE POLICY decrypt_audit_user_scope ON mana_ai.decrypt_audit
    USING (user_id = current_setting('app.current_user_id', true));
INSERT INTO mana_ai.decrypt_audit (user_id, mission_id, iteration_id, table_name, record_id, status, reason, ts)
VALUES ('alice', 'm1', 'i1', 'notes', 'r1', 'ok', NULL, '2026-01-02T03:04:05Z'),
       ('alice', 'm1', NULL, 'notes', 'r2', 'scope-violation', 'record-not-in-grant-allowlist', '2026-01-02T03:04:06Z'),
       ('bob', 'm2', NULL, 'tasks', 'r3', 'failed', 'decrypt-failed', '2026-01-02T03:04:07Z');
