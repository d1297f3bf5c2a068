--liquibase formatted sql

-- The record of what an AI worker decrypted, in the sync database. The old worker may have made the table: its rows stay,
-- and what it left out is added.

--changeset mana:0001-decrypt-audit splitStatements:false stripComments:false
-- The names are the ones the old worker's own statements led to.
CREATE TABLE IF NOT EXISTS mana_ai.decrypt_audit (
    id           bigserial PRIMARY KEY,
    user_id      text NOT NULL,
    mission_id   text NOT NULL,
    iteration_id text,
    table_name   text NOT NULL,
    record_id    text NOT NULL,
    status       text NOT NULL,
    reason       text,
    ts           timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE mana_ai.decrypt_audit
    ADD COLUMN IF NOT EXISTS iteration_id text,
    ADD COLUMN IF NOT EXISTS reason text,
    ALTER COLUMN user_id SET NOT NULL,
    ALTER COLUMN mission_id SET NOT NULL,
    ALTER COLUMN table_name SET NOT NULL,
    ALTER COLUMN record_id SET NOT NULL,
    ALTER COLUMN status SET NOT NULL,
    ALTER COLUMN ts SET NOT NULL,
    ALTER COLUMN ts SET DEFAULT now(),
    DROP CONSTRAINT IF EXISTS decrypt_audit_status_check,
    ADD CONSTRAINT decrypt_audit_status_check CHECK (status IN ('ok', 'failed', 'scope-violation'));
CREATE INDEX IF NOT EXISTS idx_decrypt_audit_mission ON mana_ai.decrypt_audit (user_id, mission_id, ts DESC);

--changeset mana:0001-row-security splitStatements:false stripComments:false
-- Whatever was there: several permissive policies would add up.
DO $$
DECLARE
    old record;
BEGIN
    FOR old IN
        SELECT policyname FROM pg_catalog.pg_policies WHERE schemaname = 'mana_ai' AND tablename = 'decrypt_audit'
    LOOP
        EXECUTE format('DROP POLICY %I ON mana_ai.decrypt_audit', old.policyname);
    END LOOP;
END
$$;
ALTER TABLE mana_ai.decrypt_audit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- nullif: once a transaction-local setting has ended, it reads '' and not NULL on a pooled connection.
CREATE POLICY decrypt_audit_user_isolation ON mana_ai.decrypt_audit FOR ALL TO mana_app
    USING (user_id = nullif(current_setting('app.current_user_id', true), ''))
    WITH CHECK (user_id = nullif(current_setting('app.current_user_id', true), ''));
CREATE POLICY decrypt_audit_backup_read ON mana_ai.decrypt_audit FOR SELECT TO mana_backup USING (true);

--changeset mana:0001-grants splitStatements:false stripComments:false
-- Nobody starts with anything, whatever an old database granted or gives every new table by default. Other tables in this
-- schema are not ours and stay as they are.
REVOKE ALL ON SCHEMA mana_ai FROM PUBLIC;
DO $$
DECLARE
    granted record;
BEGIN
    FOR granted IN
        SELECT DISTINCT CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.oid::regclass AS held,
               CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END AS holder
        FROM pg_catalog.pg_class c
        CROSS JOIN LATERAL (
            SELECT (pg_catalog.aclexplode(c.relacl)).grantee
            UNION ALL
            SELECT (pg_catalog.aclexplode(a.attacl)).grantee FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid) g
        WHERE c.oid = ANY (ARRAY['mana_ai.decrypt_audit', 'mana_ai.mana_changelog', 'mana_ai.mana_changelog_lock',
                                 pg_catalog.pg_get_serial_sequence('mana_ai.decrypt_audit', 'id')]::regclass[])
          AND g.grantee <> c.relowner
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', granted.held, granted.holder);
    END LOOP;

    -- Whoever has tables of their own here goes on getting at them.
    FOR granted IN
        SELECT DISTINCT c.relowner::regrole AS holder
        FROM pg_catalog.pg_class c
        WHERE c.relnamespace = 'mana_ai'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
          AND c.relowner <> current_user::regrole
    LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA mana_ai TO %s', granted.holder);
    END LOOP;

    -- Append-only: no UPDATE, no DELETE.
    GRANT USAGE ON SCHEMA mana_ai TO mana_app;
    GRANT SELECT ON mana_ai.mana_changelog TO mana_app;
    GRANT SELECT, INSERT ON mana_ai.decrypt_audit TO mana_app;
    EXECUTE format('GRANT USAGE ON SEQUENCE %s TO mana_app',
                   pg_catalog.pg_get_serial_sequence('mana_ai.decrypt_audit', 'id'));

    GRANT USAGE ON SCHEMA mana_ai TO mana_backup;
    GRANT SELECT ON mana_ai.decrypt_audit, mana_ai.mana_changelog, mana_ai.mana_changelog_lock TO mana_backup;
    EXECUTE format('GRANT SELECT ON SEQUENCE %s TO mana_backup',
                   pg_catalog.pg_get_serial_sequence('mana_ai.decrypt_audit', 'id'));
END
$$;
