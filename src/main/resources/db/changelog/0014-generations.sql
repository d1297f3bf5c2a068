--liquibase formatted sql

-- Safe rekey: what a key was before, kept wrapped for a while; which requests for a new one were answered; and a bound on what
-- refusals write into the trail.

--changeset mana:0014-retained-keys splitStatements:false stripComments:false
-- A wrap is moved here as it is. It is bound to its owner and its generation, which stay what they were, so it opens here as it
-- did there, and nowhere else.
CREATE TABLE auth.retained_keys (
    user_id                 text NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    key_generation          bigint NOT NULL CONSTRAINT retained_keys_key_generation_positive CHECK (key_generation >= 1),
    wrapped_mk              text NOT NULL,
    wrap_iv                 text NOT NULL,
    format_version          smallint NOT NULL,
    kek_id                  text NOT NULL,
    key_check_value         bytea CONSTRAINT retained_keys_key_check_value_length CHECK (octet_length(key_check_value) = 32),
    recovery_wrapped_mk     text,
    recovery_iv             text,
    recovery_format_version smallint NOT NULL,
    recovery_set_at         timestamptz,
    reason                  text NOT NULL CONSTRAINT retained_keys_reason_known CHECK (reason IN ('rotate', 'abort')),
    superseded_at           timestamptz NOT NULL DEFAULT now(),
    expires_at              timestamptz NOT NULL
        CONSTRAINT retained_keys_expire_after_they_end CHECK (expires_at >= superseded_at),
    PRIMARY KEY (user_id, key_generation),
    CONSTRAINT retained_keys_recovery_pair CHECK ((recovery_wrapped_mk IS NULL) = (recovery_iv IS NULL))
);
CREATE INDEX retained_keys_expires_at_idx ON auth.retained_keys (expires_at);
CREATE INDEX retained_keys_kek_id_idx ON auth.retained_keys (kek_id);
COMMENT ON TABLE auth.retained_keys IS
    'Superseded master keys, wrapped as ever, with the recovery wraps made of them. From expires_at on they are read no more.';
COMMENT ON COLUMN auth.retained_keys.reason IS 'rotate: a new key took its place. abort: the one before it was put back.';

ALTER TABLE auth.retained_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY retained_keys_user_isolation ON auth.retained_keys FOR ALL TO mana_app
    USING (user_id = nullif(current_setting('app.current_user_id', true), ''))
    WITH CHECK (user_id = nullif(current_setting('app.current_user_id', true), ''));
CREATE POLICY retained_keys_maintenance_read ON auth.retained_keys FOR SELECT TO mana_maintenance USING (true);
CREATE POLICY retained_keys_maintenance_rewrap ON auth.retained_keys FOR UPDATE TO mana_maintenance
    USING (true) WITH CHECK (true);
CREATE POLICY retained_keys_maintenance_expiry ON auth.retained_keys FOR DELETE TO mana_maintenance
    USING (expires_at <= now());
CREATE POLICY retained_keys_backup_read ON auth.retained_keys FOR SELECT TO mana_backup USING (true);

--changeset mana:0014-rekey-requests splitStatements:false stripComments:false
CREATE TABLE auth.rekey_requests (
    user_id        text NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    request_hash   text NOT NULL CONSTRAINT rekey_requests_hash_form CHECK (request_hash ~ '^[0-9a-f]{64}$'),
    key_generation bigint NOT NULL,
    requested_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, request_hash)
);
CREATE INDEX rekey_requests_requested_at_idx ON auth.rekey_requests (requested_at);
COMMENT ON TABLE auth.rekey_requests IS
    'Which generation each Idempotency-Key of the last day made, so that asking again makes no other.';
COMMENT ON COLUMN auth.rekey_requests.request_hash IS 'Hex SHA-256 of what was asked and the Idempotency-Key.';

ALTER TABLE auth.rekey_requests ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY rekey_requests_user_isolation ON auth.rekey_requests FOR ALL TO mana_app
    USING (user_id = nullif(current_setting('app.current_user_id', true), ''))
    WITH CHECK (user_id = nullif(current_setting('app.current_user_id', true), ''));
CREATE POLICY rekey_requests_maintenance_read ON auth.rekey_requests FOR SELECT TO mana_maintenance USING (true);
CREATE POLICY rekey_requests_maintenance_expiry ON auth.rekey_requests FOR DELETE TO mana_maintenance
    USING (requested_at <= now() - make_interval(days => 1));
CREATE POLICY rekey_requests_backup_read ON auth.rekey_requests FOR SELECT TO mana_backup USING (true);

--changeset mana:0014-open-generation splitStatements:false stripComments:false
-- The counterpart of auth.vault_open for one generation of the key: the present one, or one that is retained. One statement
-- reads both, so that a rekey beside it hides neither.
CREATE FUNCTION auth.vault_open_generation(
    p_user text,
    p_session text,
    p_audit_id text,
    p_ip text,
    p_agent text,
    p_generation bigint,
    OUT caller_known boolean,
    OUT vault_exists boolean,
    OUT generation_found boolean,
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
DECLARE
    is_retained boolean;
BEGIN
    caller_known := auth.act_as(p_user, p_session);
    vault_exists := false;
    generation_found := false;
    zero_knowledge := false;
    IF NOT caller_known THEN
        RETURN;
    END IF;
    -- What the service can open: in zero-knowledge mode nothing.
    SELECT true, k.key_generation IS NOT NULL, k.is_retained,
           k.wrapped_mk, k.wrap_iv, k.format_version, k.kek_id, k.key_generation, k.key_check_value
    INTO vault_exists, generation_found, is_retained,
         wrapped_mk, wrap_iv, format_version, kek_id, key_generation, key_check_value
    FROM auth.encryption_vaults v
    LEFT JOIN LATERAL (
        SELECT false AS is_retained,
               v.wrapped_mk, v.wrap_iv, v.format_version, v.kek_id, v.key_generation, v.key_check_value
        WHERE v.key_generation = p_generation
        UNION ALL
        SELECT true, r.wrapped_mk, r.wrap_iv, r.format_version, r.kek_id, r.key_generation, r.key_check_value
        FROM auth.retained_keys r
        WHERE r.user_id = v.user_id AND r.key_generation = p_generation AND r.expires_at > pg_catalog.now()
        LIMIT 1) k ON NOT v.zero_knowledge
    WHERE v.user_id = p_user;
    IF NOT FOUND THEN
        vault_exists := false;
        generation_found := false;
    END IF;

    INSERT INTO auth.encryption_vault_audit (id, user_id, action, ip_address, user_agent, context, status)
    VALUES (p_audit_id, p_user,
            CASE WHEN generation_found THEN 'fetch' ELSE 'failed_fetch' END,
            p_ip, p_agent,
            CASE WHEN NOT vault_exists THEN 'not-initialised'
                 WHEN NOT generation_found THEN 'generation-not-found: ' || p_generation
                 WHEN is_retained THEN 'retained-generation: ' || p_generation
                 ELSE 'generation: ' || p_generation END,
            CASE WHEN generation_found THEN 200 ELSE 404 END);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the row of the trail was not stored: look for triggers and rules on it';
    END IF;
END
$$;
COMMENT ON FUNCTION auth.vault_open_generation(text, text, text, text, text, bigint) IS
    'Hands out one generation of a user''s wrapped key and records that in the same transaction.';

--changeset mana:0014-refusals splitStatements:false stripComments:false
-- Whoever is refused leaves a row, and could fill the trail with them: the 600th of a user within an hour says that it was the last,
-- and each one after it fails here, whoever writes it, and takes its own count back with it. Rows of what was done and of faults of
-- ours are never counted: no key is kept from its owner, and nothing that happened goes unrecorded.
CREATE FUNCTION auth.refusal_counted() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    most    CONSTANT integer := 600;
    span    CONSTANT interval := interval '1 hour';
    counted integer;
    seconds integer;
BEGIN
    INSERT INTO auth.rate_limits AS r (scope, client, window_start, hits)
    VALUES ('vault-refusals', NEW.user_id, clock_timestamp(), 1)
    ON CONFLICT (scope, client) DO UPDATE SET
        window_start = CASE WHEN r.window_start + span <= excluded.window_start THEN excluded.window_start ELSE r.window_start END,
        hits = CASE WHEN r.window_start + span <= excluded.window_start THEN 1 ELSE least(r.hits, most) + 1 END
    RETURNING r.hits, greatest(1, ceil(extract(epoch FROM r.window_start + span - clock_timestamp())))::integer
    INTO counted, seconds;
    IF counted > most THEN
        RAISE EXCEPTION 'this user was refused too often' USING ERRCODE = 'MR429', DETAIL = seconds;
    END IF;
    IF counted = most THEN
        INSERT INTO auth.encryption_vault_audit (id, user_id, action, ip_address, user_agent, context, status)
        VALUES (NEW.id || '-limit', NEW.user_id, NEW.action, NEW.ip_address, NEW.user_agent,
                'refusals-limited: none is recorded for ' || seconds || ' s', 429);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION auth.refusal_counted() IS 'Counts a refusal in the trail; one too many fails with SQLSTATE MR429.';
CREATE TRIGGER refusals_are_counted AFTER INSERT ON auth.encryption_vault_audit FOR EACH ROW
    WHEN (NEW.status BETWEEN 400 AND 499 AND NOT starts_with(coalesce(NEW.context, ''), 'refusals-limited: '))
    EXECUTE FUNCTION auth.refusal_counted();

--changeset mana:0014-rights splitStatements:false stripComments:false
REVOKE ALL ON auth.retained_keys, auth.rekey_requests FROM PUBLIC;
REVOKE ALL ON FUNCTION auth.vault_open_generation(text, text, text, text, text, bigint), auth.refusal_counted() FROM PUBLIC;
GRANT SELECT, INSERT, DELETE ON auth.retained_keys, auth.rekey_requests TO mana_app;
GRANT EXECUTE ON FUNCTION auth.vault_open_generation(text, text, text, text, text, bigint) TO mana_app;
GRANT SELECT, DELETE ON auth.retained_keys, auth.rekey_requests TO mana_maintenance;
GRANT UPDATE (wrapped_mk, wrap_iv, format_version, kek_id, key_check_value) ON auth.retained_keys TO mana_maintenance;
GRANT SELECT ON auth.retained_keys, auth.rekey_requests TO mana_backup;

--changeset mana:0014-retained-wraps splitStatements:false stripComments:false
-- Retained keys count for their KEK, and whoever wraps one anew obeys the same order as everywhere. A wrap that is moved here is not
-- made: it may be of a KEK that is on its way out, and the sweep that moves the others moves it.
DO $$
DECLARE
    migrating text := current_user;
BEGIN
    GRANT CREATE ON SCHEMA auth TO mana_maintenance;
    SET LOCAL ROLE mana_maintenance;
    CREATE OR REPLACE FUNCTION auth.rows_of_kek(p_id text) RETURNS bigint
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
        SELECT (SELECT count(*) FROM auth.encryption_vaults WHERE kek_id = p_id AND wrapped_mk IS NOT NULL)
             + (SELECT count(*) FROM auth.retained_keys WHERE kek_id = p_id)
             + (SELECT count(*) FROM auth.jwks WHERE kek_id = p_id)
    $body$;
    EXECUTE format('GRANT EXECUTE ON FUNCTION auth.wrap_guard() TO %I', migrating);
    EXECUTE format('SET LOCAL ROLE %I', migrating);
    CREATE TRIGGER retained_keys_wrap_is_changed BEFORE UPDATE ON auth.retained_keys
        FOR EACH ROW WHEN ((NEW.wrapped_mk, NEW.wrap_iv, NEW.format_version, NEW.kek_id)
            IS DISTINCT FROM (OLD.wrapped_mk, OLD.wrap_iv, OLD.format_version, OLD.kek_id))
        EXECUTE FUNCTION auth.wrap_guard();
    SET LOCAL ROLE mana_maintenance;
    EXECUTE format('REVOKE EXECUTE ON FUNCTION auth.wrap_guard() FROM %I', migrating);
    EXECUTE format('SET LOCAL ROLE %I', migrating);
    REVOKE CREATE ON SCHEMA auth FROM mana_maintenance;
END
$$;

--changeset mana:0014-strangers splitStatements:false stripComments:false
-- As 0012-strangers, of what is new here.
DO $$
DECLARE
    granted record;
BEGIN
    FOR granted IN
        SELECT DISTINCT 'TABLE ' || c.oid::regclass AS held, g.grantee::regrole AS holder
        FROM pg_catalog.pg_class c
        CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) g
        WHERE c.oid = ANY (ARRAY['auth.retained_keys', 'auth.rekey_requests']::regclass[])
          AND g.grantee <> 0 AND g.grantee <> c.relowner
          AND g.grantee::regrole::text NOT IN ('mana_app', 'mana_maintenance', 'mana_backup')
        UNION
        SELECT DISTINCT 'FUNCTION ' || p.oid::regprocedure, g.grantee::regrole
        FROM pg_catalog.pg_proc p
        CROSS JOIN LATERAL pg_catalog.aclexplode(p.proacl) g
        WHERE p.pronamespace = 'auth'::regnamespace AND g.grantee <> 0 AND g.grantee <> p.proowner
          AND g.grantee::regrole::text <> 'mana_app'
          AND p.proname IN ('vault_open_generation', 'refusal_counted')
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', granted.held, granted.holder);
    END LOOP;
END
$$;
