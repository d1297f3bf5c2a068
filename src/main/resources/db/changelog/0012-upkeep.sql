--liquibase formatted sql

-- What the upkeep of large tables needs, and rights that earlier files left with strangers.

--changeset mana:0012-indexes splitStatements:false stripComments:false
-- For housekeeping, which looks for what is old every few minutes.
CREATE INDEX IF NOT EXISTS login_attempts_attempted_at_idx ON auth.login_attempts (attempted_at);
CREATE INDEX IF NOT EXISTS verification_expires_at_idx ON auth.verification (expires_at);
CREATE INDEX IF NOT EXISTS security_events_of_nobody_idx ON auth.security_events (created_at) WHERE user_id IS NULL;
-- For erasures, whose statements these match: neither of the two tables is bounded by anything that a user does.
CREATE INDEX IF NOT EXISTS security_events_of_nobody_email_idx ON auth.security_events ((metadata ->> 'email'))
    WHERE user_id IS NULL AND metadata ->> 'email' IS NOT NULL;
CREATE INDEX IF NOT EXISTS invitations_lower_email_idx ON auth.invitations (lower(email));
CREATE INDEX IF NOT EXISTS invitations_inviter_id_idx ON auth.invitations (inviter_id) WHERE inviter_id IS NOT NULL;

--changeset mana:0012-strangers splitStatements:false stripComments:false
-- As 0007-strangers, with what that one and 0008-strangers could not reach: functions whose new owner this role does not inherit.
-- Only an owner takes rights to a function away, so this works as each of them in turn. And what 0009 made.
DO $$
DECLARE
    migrating text := current_user;
    granted   record;
BEGIN
    FOR granted IN
        SELECT DISTINCT 'TABLE ' || c.oid::regclass AS held, c.relowner::regrole AS owner, g.grantee::regrole AS holder
        FROM pg_catalog.pg_class c
        CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) g
        WHERE c.oid = ANY (ARRAY['auth.refresh_tokens', 'auth.rate_limits', 'auth.signup_days']::regclass[])
          AND g.grantee <> 0 AND g.grantee <> c.relowner
          AND g.grantee::regrole::text NOT IN ('mana_app', 'mana_backup')
        UNION
        SELECT DISTINCT 'FUNCTION ' || p.oid::regprocedure, p.proowner::regrole, g.grantee::regrole
        FROM pg_catalog.pg_proc p
        CROSS JOIN LATERAL pg_catalog.aclexplode(p.proacl) g
        WHERE p.pronamespace = 'auth'::regnamespace AND g.grantee <> 0 AND g.grantee <> p.proowner
          AND g.grantee::regrole::text <> 'mana_app'
          AND p.proname IN ('erase_user', 'kek_samples', 'mission_grant_state', 'password_kind', 'rate_limit',
                            'password_attempt', 'keks_guard')
    LOOP
        EXECUTE format('SET LOCAL ROLE %s', granted.owner);
        EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', granted.held, granted.holder);
        EXECUTE format('SET LOCAL ROLE %I', migrating);
    END LOOP;
END
$$;
