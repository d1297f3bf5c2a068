--liquibase formatted sql

-- Who may do what. Nobody starts with anything.

--changeset mana:0005-revoke splitStatements:false stripComments:false
-- PUBLIC loses everything. Other roles lose what an old database granted them on key material and on the tables that
-- guard it; what they hold on ordinary tables is the administrator's affair and stays.
REVOKE ALL ON SCHEMA auth, spaces FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA auth, spaces FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA auth, spaces FROM PUBLIC;
REVOKE ALL ON ALL ROUTINES IN SCHEMA auth, spaces FROM PUBLIC;
DO $$
DECLARE
    granted record;
BEGIN
    FOR granted IN
        SELECT DISTINCT c.oid::regclass AS held, g.grantee::regrole AS holder
        FROM pg_catalog.pg_class c
        CROSS JOIN LATERAL (
            SELECT (pg_catalog.aclexplode(c.relacl)).grantee
            UNION ALL
            SELECT (pg_catalog.aclexplode(a.attacl)).grantee FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid) g
        WHERE c.oid = ANY (ARRAY['auth.encryption_vaults', 'auth.encryption_vault_audit', 'auth.jwks']::regclass[])
          AND g.grantee <> 0 AND g.grantee <> c.relowner
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', granted.held, granted.holder);
    END LOOP;
END
$$;

--changeset mana:0005-app splitStatements:false stripComments:false
GRANT USAGE ON SCHEMA auth, spaces TO mana_app;
GRANT SELECT ON auth.mana_changelog TO mana_app;

-- No DELETE on users: a cascade runs as the owner of each table, past row-level security and past rights nobody was given,
-- and would take the trail with it. auth.erase_user is the one way.
GRANT SELECT, INSERT, UPDATE ON auth.users TO mana_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    auth.sessions, auth.accounts, auth.verification, auth.passwords, auth.two_factor_auth, auth.security_events,
    auth.passkeys, auth.user_settings, auth.login_attempts, auth.organizations, auth.members, auth.invitations,
    auth.api_keys, auth.personas, auth.persona_actions, auth.persona_feedback,
    spaces.credentials, spaces.module_permissions
    TO mana_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA auth TO mana_app;

GRANT SELECT, INSERT, UPDATE ON auth.encryption_vaults TO mana_app;
GRANT SELECT, INSERT ON auth.encryption_vault_audit TO mana_app;
GRANT SELECT, INSERT, DELETE ON auth.replaced_recovery_wraps TO mana_app;
GRANT SELECT, INSERT ON auth.jwks TO mana_app;
GRANT SELECT, INSERT, UPDATE (fingerprint) ON auth.keks TO mana_app;

--changeset mana:0005-maintenance splitStatements:false stripComments:false
-- Rewraps: may change which KEK wraps a key and in which form, never whose key it is or in which mode its owner keeps it.
GRANT USAGE ON SCHEMA auth TO mana_maintenance;
GRANT SELECT ON auth.mana_changelog, auth.encryption_vaults, auth.replaced_recovery_wraps, auth.jwks, auth.keks
    TO mana_maintenance;
GRANT UPDATE (wrapped_mk, wrap_iv, format_version, kek_id, key_check_value) ON auth.encryption_vaults TO mana_maintenance;
GRANT UPDATE (private_key, wrap_iv, format_version, kek_id) ON auth.jwks TO mana_maintenance;
GRANT DELETE ON auth.replaced_recovery_wraps TO mana_maintenance;
GRANT INSERT, UPDATE (fingerprint, state) ON auth.keks TO mana_maintenance;

--changeset mana:0005-auditor splitStatements:false stripComments:false
-- Receipts say which gaps in the trail are erasures.
GRANT USAGE ON SCHEMA auth TO mana_auditor;
GRANT SELECT ON auth.mana_changelog, auth.encryption_vault_audit, auth.erasure_receipts TO mana_auditor;

--changeset mana:0005-eraser splitStatements:false stripComments:false
GRANT USAGE ON SCHEMA auth TO mana_eraser;
GRANT SELECT (id), DELETE ON auth.users TO mana_eraser;
GRANT INSERT ON auth.erasure_receipts TO mana_eraser;

--changeset mana:0005-backup splitStatements:false stripComments:false
GRANT USAGE ON SCHEMA auth, spaces TO mana_backup;
GRANT SELECT ON ALL TABLES IN SCHEMA auth, spaces TO mana_backup;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA auth, spaces TO mana_backup;
