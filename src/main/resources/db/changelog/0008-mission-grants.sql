--liquibase formatted sql

-- The ledger of mission grants: what was granted to the AI worker, until when, and what was taken back. No key is in it: a
-- mission's key is derived when it is granted and forgotten.

--changeset mana:0008-mission-grants splitStatements:false stripComments:false
CREATE TABLE auth.mission_grants (
    id             text PRIMARY KEY,
    user_id        text NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    mission_id     text NOT NULL,
    tables         text[] NOT NULL,
    record_count   integer NOT NULL CHECK (record_count > 0),
    scope_digest   bytea NOT NULL CHECK (octet_length(scope_digest) = 32),
    key_generation bigint NOT NULL,
    worker_key     text NOT NULL,
    issued_at      timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL CHECK (expires_at > issued_at),
    revoked_at     timestamptz
);
COMMENT ON TABLE auth.mission_grants IS 'Mission keys handed to the AI worker. Holds no key material.';
COMMENT ON COLUMN auth.mission_grants.scope_digest IS 'SHA-256 of the info string that the mission key was derived with.';
COMMENT ON COLUMN auth.mission_grants.worker_key IS 'SHA-256 of the public key the mission key was sealed to, in hex.';
CREATE INDEX mission_grants_user_id_idx ON auth.mission_grants (user_id, mission_id);
CREATE INDEX mission_grants_mission_id_idx ON auth.mission_grants (mission_id, issued_at);

ALTER TABLE auth.mission_grants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY mission_grants_user_isolation ON auth.mission_grants FOR ALL TO mana_app
    USING (user_id = nullif(current_setting('app.current_user_id', true), ''))
    WITH CHECK (user_id = nullif(current_setting('app.current_user_id', true), ''));
-- Taken back is taken back.
CREATE POLICY mission_grants_stay_revoked ON auth.mission_grants AS RESTRICTIVE FOR UPDATE TO mana_app
    USING (true) WITH CHECK (revoked_at IS NOT NULL);
CREATE POLICY mission_grants_maintenance_read ON auth.mission_grants FOR SELECT TO mana_maintenance USING (true);
CREATE POLICY mission_grants_backup_read ON auth.mission_grants FOR SELECT TO mana_backup USING (true);

-- A grant can be taken back, and nothing else about it changes.
REVOKE ALL ON auth.mission_grants FROM PUBLIC, mana_app;
GRANT SELECT, INSERT, UPDATE (revoked_at) ON auth.mission_grants TO mana_app;
GRANT SELECT ON auth.mission_grants TO mana_maintenance, mana_backup;
GRANT SELECT (id, deleted_at) ON auth.users TO mana_maintenance;

--changeset mana:0008-mission-grant splitStatements:false stripComments:false
-- The counterpart of auth.vault_open for a grant: reads the vault, puts the grant on record and into the ledger, one round
-- trip, all of it committed or none. The vault's row is held, so that whoever switches zero-knowledge mode on sees every
-- grant that was made before. A refusal leaves its row in the trail and nothing in the ledger.
CREATE FUNCTION auth.mission_grant(
    p_user text,
    p_session text,
    p_audit_id text,
    p_ip text,
    p_agent text,
    p_grant text,
    p_mission text,
    p_tables text[],
    p_record_count integer,
    p_scope_digest bytea,
    p_worker_key text,
    p_issued_at timestamptz,
    p_expires_at timestamptz,
    p_context text,
    OUT caller_known boolean,
    OUT vault_exists boolean,
    OUT zero_knowledge boolean,
    OUT wrapped_mk text,
    OUT wrap_iv text,
    OUT format_version integer,
    OUT kek_id text,
    OUT key_generation bigint,
    OUT key_check_value bytea,
    OUT recovery_wrapped_mk text,
    OUT recovery_iv text,
    OUT recovery_format_version integer) LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
BEGIN
    caller_known := auth.act_as(p_user, p_session);
    vault_exists := false;
    zero_knowledge := false;
    IF NOT caller_known THEN
        RETURN;
    END IF;
    SELECT true, v.zero_knowledge,
           v.wrapped_mk, v.wrap_iv, v.format_version, v.kek_id, v.key_generation, v.key_check_value,
           v.recovery_wrapped_mk, v.recovery_iv, v.recovery_format_version
    INTO vault_exists, zero_knowledge,
         wrapped_mk, wrap_iv, format_version, kek_id, key_generation, key_check_value,
         recovery_wrapped_mk, recovery_iv, recovery_format_version
    FROM auth.encryption_vaults v
    WHERE v.user_id = p_user
    FOR SHARE;
    IF NOT FOUND THEN
        vault_exists := false;
        zero_knowledge := false;
    END IF;

    INSERT INTO auth.encryption_vault_audit (id, user_id, action, ip_address, user_agent, context, status)
    VALUES (p_audit_id, p_user, 'grant', p_ip, p_agent,
            CASE WHEN NOT vault_exists THEN 'not-initialised' WHEN zero_knowledge THEN 'zk-active' ELSE p_context END,
            CASE WHEN NOT vault_exists THEN 404 WHEN zero_knowledge THEN 409 ELSE 200 END);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the row of the trail was not stored: look for triggers and rules on it';
    END IF;
    IF vault_exists AND NOT zero_knowledge THEN
        INSERT INTO auth.mission_grants (id, user_id, mission_id, tables, record_count, scope_digest, key_generation,
                                         worker_key, issued_at, expires_at)
        VALUES (p_grant, p_user, p_mission, p_tables, p_record_count, p_scope_digest, key_generation,
                p_worker_key, p_issued_at, p_expires_at);
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the grant was not stored: look for triggers and rules on auth.mission_grants';
        END IF;
    END IF;
END
$$;
COMMENT ON FUNCTION auth.mission_grant(
    text, text, text, text, text, text, text, text[], integer, bytea, text, timestamptz, timestamptz, text) IS
    'Hands out a user''s wrapped key for a mission''s to be derived, and records the grant in the same transaction.';
REVOKE ALL ON FUNCTION auth.mission_grant(
    text, text, text, text, text, text, text, text[], integer, bytea, text, timestamptz, timestamptz, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.mission_grant(
    text, text, text, text, text, text, text, text[], integer, bytea, text, timestamptz, timestamptz, text) TO mana_app;

--changeset mana:0008-mission-grant-state splitStatements:false stripComments:false
-- Whether a grant is good, for a worker that holds it and acts for no user: the one reading of the ledger past row-level
-- security, and it tells one word. Every part of the grant that is named has to be that of the ledger. Of several grants
-- with one name the worst counts.
CREATE FUNCTION auth.mission_grant_state(
    p_grant text, p_user text, p_mission text, p_issued_at timestamptz, p_scope bytea) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN count(*) = 0 THEN 'malformed'
                WHEN bool_or(g.revoked_at IS NOT NULL OR u.deleted_at IS NOT NULL) THEN 'revoked'
                WHEN bool_or(g.expires_at <= now()) THEN 'expired'
                ELSE 'ok' END
    FROM auth.mission_grants g
    JOIN auth.users u ON u.id = g.user_id
    WHERE CASE WHEN p_grant IS NULL THEN g.mission_id = p_mission AND g.issued_at = p_issued_at
               ELSE g.id = p_grant
                    AND (p_mission IS NULL OR g.mission_id = p_mission)
                    AND (p_issued_at IS NULL OR g.issued_at = p_issued_at) END
      AND (p_user IS NULL OR g.user_id = p_user)
      AND (p_scope IS NULL OR g.scope_digest = p_scope)
$$;
COMMENT ON FUNCTION auth.mission_grant_state(text, text, text, timestamptz, bytea) IS
    'ok, expired, revoked, or malformed for a grant that is not in the ledger.';
REVOKE ALL ON FUNCTION auth.mission_grant_state(text, text, text, timestamptz, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.mission_grant_state(text, text, text, timestamptz, bytea) TO mana_app;
GRANT CREATE ON SCHEMA auth TO mana_maintenance;
ALTER FUNCTION auth.mission_grant_state(text, text, text, timestamptz, bytea) OWNER TO mana_maintenance;
REVOKE CREATE ON SCHEMA auth FROM mana_maintenance;

--changeset mana:0008-strangers splitStatements:false stripComments:false
-- As 0007-strangers: what an old database gives to somebody by default, it does not give here.
DO $$
DECLARE
    granted record;
BEGIN
    FOR granted IN
        SELECT DISTINCT 'TABLE ' || c.oid::regclass AS held, g.grantee::regrole AS holder
        FROM pg_catalog.pg_class c
        CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) g
        WHERE c.oid = 'auth.mission_grants'::regclass
          AND g.grantee <> 0 AND g.grantee <> c.relowner
          AND g.grantee::regrole::text NOT IN ('mana_app', 'mana_maintenance', 'mana_backup')
        UNION
        SELECT DISTINCT 'FUNCTION ' || p.oid::regprocedure, g.grantee::regrole
        FROM pg_catalog.pg_proc p
        JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        CROSS JOIN LATERAL pg_catalog.aclexplode(p.proacl) g
        WHERE n.nspname = 'auth' AND g.grantee <> 0 AND g.grantee <> p.proowner
          AND g.grantee::regrole::text <> 'mana_app'
          AND p.proname IN ('mission_grant', 'mission_grant_state')
          AND pg_catalog.pg_has_role(current_user, p.proowner, 'USAGE')
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', granted.held, granted.holder);
    END LOOP;
END
$$;
