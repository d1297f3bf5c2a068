--liquibase formatted sql

-- The life of a KEK: announced, active, retiring, retired or lost. This database says which KEK wraps, and refuses a wrap by
-- any other: a replica that slept through a change cannot write with a key that the others lack.

--changeset mana:0013-one-active splitStatements:false stripComments:false
-- The version before knew no order among its KEKs. With more than one, none goes on by itself: the first process that starts says by
-- MANA_AUTH_KEK_ID which one does.
UPDATE auth.keks
SET state = 'retiring'
WHERE state = 'active' AND (SELECT count(*) FROM auth.keks WHERE state = 'active') > 1;
CREATE UNIQUE INDEX keks_one_active_idx ON auth.keks (state) WHERE state = 'active';
ALTER TABLE auth.keks ALTER COLUMN state SET DEFAULT 'announced';
-- One key under two names would be counted twice by half.
CREATE UNIQUE INDEX keks_fingerprint_idx ON auth.keks (fingerprint);
COMMENT ON COLUMN auth.keks.state IS
    'announced: known, wraps nothing yet. active: wraps. retiring: opens what it wrapped. retired: wraps nothing any more. lost: declared gone.';

--changeset mana:0013-history splitStatements:false stripComments:false
CREATE TABLE auth.kek_history (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kek_id     text NOT NULL REFERENCES auth.keks (id),
    state      text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by text NOT NULL DEFAULT session_user
);
COMMENT ON TABLE auth.kek_history IS 'Every state that a KEK has been in since 0013, and which login role brought it there.';
INSERT INTO auth.kek_history (kek_id, state, changed_at) SELECT id, state, recorded_at FROM auth.keks;

-- Written by the owner's rights, so that nobody else needs any.
CREATE FUNCTION auth.keks_remember() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.state <> OLD.state THEN
        INSERT INTO auth.kek_history (kek_id, state) VALUES (NEW.id, NEW.state);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION auth.keks_remember() IS 'Writes down each change of a KEK''s state.';
REVOKE ALL ON FUNCTION auth.keks_remember() FROM PUBLIC;
CREATE TRIGGER keks_are_remembered AFTER INSERT OR UPDATE ON auth.keks FOR EACH ROW EXECUTE FUNCTION auth.keks_remember();

--changeset mana:0013-uses splitStatements:false stripComments:false
-- NIST SP 800-38D, 8.3: a key makes at most 2^32 wraps with random nonces. Counted before they are made, in blocks.
CREATE TABLE auth.kek_uses (
    kek_id   text PRIMARY KEY REFERENCES auth.keks (id),
    reserved bigint NOT NULL CONSTRAINT kek_uses_within_limit CHECK (reserved BETWEEN 0 AND 4294967296)
);
COMMENT ON COLUMN auth.kek_uses.reserved IS 'At least as many wraps as this KEK ever made. Grows only.';

-- What KEKs did before they were counted: a wrap for every row, one for every act on record that made one, and a million for
-- what the version before this one may still be making. For each KEK all of it, because the trail does not say which.
SET LOCAL row_security = off;
ALTER TABLE auth.encryption_vaults NO FORCE ROW LEVEL SECURITY;
ALTER TABLE auth.encryption_vault_audit NO FORCE ROW LEVEL SECURITY;
INSERT INTO auth.kek_uses (kek_id, reserved)
SELECT k.id,
       1048576
       + (SELECT count(*) FROM auth.encryption_vaults)
       + (SELECT count(*) FROM auth.jwks)
       + (SELECT count(*) FROM auth.encryption_vault_audit WHERE action IN ('init', 'rotate', 'zk_disable'))
FROM auth.keks k;
ALTER TABLE auth.encryption_vaults FORCE ROW LEVEL SECURITY;
ALTER TABLE auth.encryption_vault_audit FORCE ROW LEVEL SECURITY;

CREATE FUNCTION auth.reserve_wraps(p_kek text, p_count integer) RETURNS bigint
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO auth.kek_uses AS u (kek_id, reserved) VALUES (p_kek, p_count)
    ON CONFLICT (kek_id) DO UPDATE SET reserved = u.reserved + p_count
        WHERE u.reserved + p_count <= 4294967296
    RETURNING reserved
$$;
CREATE FUNCTION auth.kek_uses_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.reserved BETWEEN 1 AND 4096 OR TG_OP = 'UPDATE' AND NEW.kek_id = OLD.kek_id
            AND NEW.reserved - OLD.reserved BETWEEN 1 AND 4096 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the count of wraps grows, by 4096 at most at a time' USING ERRCODE = 'restrict_violation';
END
$$;
COMMENT ON FUNCTION auth.kek_uses_guard() IS 'Keeps the counters from going back, and from being used up at once.';
REVOKE ALL ON FUNCTION auth.kek_uses_guard() FROM PUBLIC;
CREATE TRIGGER kek_uses_grow BEFORE INSERT OR UPDATE OR DELETE ON auth.kek_uses
    FOR EACH ROW EXECUTE FUNCTION auth.kek_uses_guard();
CREATE TRIGGER kek_uses_are_not_truncated BEFORE TRUNCATE ON auth.kek_uses
    FOR EACH STATEMENT EXECUTE FUNCTION auth.kek_uses_guard();
COMMENT ON FUNCTION auth.reserve_wraps(text, integer) IS
    'Counts wraps that a KEK is about to make, and says how many that makes. NULL: the KEK is used up.';

--changeset mana:0013-service-state splitStatements:false stripComments:false
CREATE TABLE auth.service_state (
    only_row        boolean PRIMARY KEY DEFAULT true CONSTRAINT service_state_one_row CHECK (only_row),
    min_wrap_format smallint NOT NULL DEFAULT 1 CONSTRAINT service_state_formats CHECK (min_wrap_format IN (1, 2)),
    sealed_at       timestamptz,
    sealed_by       text,
    sealed_why      text
);
COMMENT ON TABLE auth.service_state IS 'What all replicas obey: which wraps are read at all, and whether any is opened.';
COMMENT ON COLUMN auth.service_state.min_wrap_format IS 'Wraps below it are not opened. Grows only.';
COMMENT ON COLUMN auth.service_state.sealed_at IS 'Not NULL: an operator sealed the service, no key is opened or made.';
INSERT INTO auth.service_state DEFAULT VALUES;

CREATE FUNCTION auth.service_state_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR NEW.min_wrap_format < OLD.min_wrap_format THEN
        RAISE EXCEPTION 'the state of the service has one row, and its fence never opens again'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION auth.service_state_guard() IS 'Keeps the one row there and the fence closed.';
REVOKE ALL ON FUNCTION auth.service_state_guard() FROM PUBLIC;
CREATE TRIGGER service_state_is_kept BEFORE UPDATE OR DELETE ON auth.service_state
    FOR EACH ROW EXECUTE FUNCTION auth.service_state_guard();
CREATE TRIGGER service_state_is_not_truncated BEFORE TRUNCATE ON auth.service_state
    FOR EACH STATEMENT EXECUTE FUNCTION auth.service_state_guard();

--changeset mana:0013-replicas splitStatements:false stripComments:false
CREATE TABLE auth.replicas (
    id           uuid PRIMARY KEY,
    fingerprints text[] NOT NULL,
    writes_with  text,
    started_at   timestamptz NOT NULL DEFAULT now(),
    seen_at      timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE auth.replicas IS 'The processes that serve. One that has not been seen for 30 seconds is taken for dead.';
COMMENT ON COLUMN auth.replicas.fingerprints IS 'Of the KEKs that it holds.';
COMMENT ON COLUMN auth.replicas.writes_with IS 'The KEK that it took for the active one when it was last seen.';

-- Three locks, taken in this order and each in a fair queue, so that nobody overtakes who waits for all others to be done:
--   manakekc  alone: who changes a state
--   manawrap  shared: who writes a wrap, until it commits; alone: who changes which KEK wraps
--   manakeks  shared: who gives a sign of life; alone: the same, so that nobody joins between the look at who is there and the change
-- Whoever wants one alone gives up after a moment: nobody waits long behind them, and they can try again.

-- A sign of life, answered with the orders.
CREATE FUNCTION auth.replica_beat(
    p_id uuid,
    p_fingerprints text[],
    p_writes_with text,
    OUT sealed boolean,
    OUT min_wrap_format integer,
    OUT active_kek text,
    OUT active_reserved bigint,
    OUT kek_ids text[],
    OUT kek_fingerprints text[],
    OUT kek_states text[]) LANGUAGE plpgsql VOLATILE SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7881702187567770483);
    INSERT INTO auth.replicas AS r (id, fingerprints, writes_with) VALUES (p_id, p_fingerprints, nullif(p_writes_with, ''))
    ON CONFLICT (id) DO UPDATE
        SET fingerprints = excluded.fingerprints, writes_with = excluded.writes_with,
            seen_at = greatest(r.seen_at, clock_timestamp());
    DELETE FROM auth.replicas WHERE seen_at < now() - interval '1 hour';
    SELECT s.sealed_at IS NOT NULL, s.min_wrap_format INTO sealed, min_wrap_format FROM auth.service_state s;
    SELECT array_agg(k.id ORDER BY k.id), array_agg(coalesce(k.fingerprint, '') ORDER BY k.id),
           array_agg(k.state ORDER BY k.id), max(k.id) FILTER (WHERE k.state = 'active'),
           max(u.reserved) FILTER (WHERE k.state = 'active')
    INTO kek_ids, kek_fingerprints, kek_states, active_kek, active_reserved
    FROM auth.keks k
    LEFT JOIN auth.kek_uses u ON u.kek_id = k.id;
END
$$;
COMMENT ON FUNCTION auth.replica_beat(uuid, text[], text) IS
    'Says that a replica is alive and which KEKs it holds; answers which one wraps and whether any may be used.';

-- The one way the active KEK changes. All live replicas hold the new one, or nothing changes.
CREATE FUNCTION auth.activate_kek(p_id text, p_fingerprint text, OUT activated boolean, OUT lacking integer)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '500ms' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7881702187567770467);
    PERFORM pg_advisory_xact_lock(7881702187769946480);
    PERFORM pg_advisory_xact_lock(7881702187567770483);
    SELECT count(*) INTO lacking
    FROM auth.replicas r
    WHERE r.seen_at > now() - interval '30 seconds' AND NOT p_fingerprint = ANY (r.fingerprints);
    activated := false;
    IF lacking > 0 OR NOT EXISTS (
            SELECT FROM auth.keks k
            WHERE k.id = p_id AND k.fingerprint = p_fingerprint AND k.state IN ('announced', 'retiring')) THEN
        RETURN;
    END IF;
    UPDATE auth.keks SET state = 'retiring' WHERE state = 'active';
    UPDATE auth.keks SET state = 'active' WHERE id = p_id;
    activated := true;
END
$$;
COMMENT ON FUNCTION auth.activate_kek(text, text) IS
    'Makes a KEK the one that wraps, if every live replica holds it; says how many do not.';

-- A lost KEK wraps nothing any more and keeps no replica from starting. Found again, it opens what it wrapped.
CREATE FUNCTION auth.declare_kek(p_id text, p_lost boolean) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '500ms' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7881702187567770467);
    PERFORM pg_advisory_xact_lock(7881702187769946480);
    PERFORM pg_advisory_xact_lock(7881702187567770483);
    -- One process that was given too little does not take it from the others.
    IF p_lost AND EXISTS (
            SELECT FROM auth.keks k
            JOIN auth.replicas r ON k.fingerprint = ANY (r.fingerprints)
            WHERE k.id = p_id AND r.seen_at > now() - interval '30 seconds') THEN
        RETURN false;
    END IF;
    UPDATE auth.keks
    SET state = CASE WHEN p_lost THEN 'lost' ELSE 'retiring' END
    WHERE id = p_id AND state = ANY (CASE WHEN p_lost THEN ARRAY['active', 'retiring'] ELSE ARRAY['lost'] END);
    RETURN FOUND;
END
$$;
COMMENT ON FUNCTION auth.declare_kek(text, boolean) IS 'Notes that a KEK is gone for good, or that it turned up again.';

--changeset mana:0013-wraps splitStatements:false stripComments:false
-- Every wrap that is written, whoever writes it. The lock makes a change of the active KEK wait for the writers before it, and the
-- writers after it see the change.
CREATE FUNCTION auth.wrap_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.format_version IS DISTINCT FROM 2 THEN
        RAISE EXCEPTION 'new wraps are of format 2' USING ERRCODE = 'MK002';
    END IF;
    -- With one snapshot for the whole transaction the look below would be one into the past.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'wraps are written in READ COMMITTED transactions' USING ERRCODE = 'invalid_transaction_state';
    END IF;
    PERFORM pg_advisory_xact_lock_shared(7881702187769946480);
    IF NOT EXISTS (SELECT FROM auth.keks WHERE id = NEW.kek_id AND state = 'active') THEN
        RAISE EXCEPTION 'the KEK % is not the one that wraps', NEW.kek_id USING ERRCODE = 'MK001';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION auth.wrap_guard() IS 'Refuses a wrap that is not of format 2 and by the active KEK.';
REVOKE ALL ON FUNCTION auth.wrap_guard() FROM PUBLIC;
ALTER TABLE auth.encryption_vaults ALTER COLUMN format_version SET DEFAULT 2;
CREATE TRIGGER encryption_vaults_wrap_is_made BEFORE INSERT ON auth.encryption_vaults
    FOR EACH ROW WHEN (NEW.wrapped_mk IS NOT NULL) EXECUTE FUNCTION auth.wrap_guard();
CREATE TRIGGER encryption_vaults_wrap_is_changed BEFORE UPDATE ON auth.encryption_vaults
    FOR EACH ROW WHEN (NEW.wrapped_mk IS NOT NULL
        AND (NEW.wrapped_mk, NEW.wrap_iv, NEW.format_version, NEW.kek_id)
            IS DISTINCT FROM (OLD.wrapped_mk, OLD.wrap_iv, OLD.format_version, OLD.kek_id))
    EXECUTE FUNCTION auth.wrap_guard();
CREATE TRIGGER jwks_wrap_is_made BEFORE INSERT ON auth.jwks
    FOR EACH ROW WHEN (NEW.kek_id IS NOT NULL) EXECUTE FUNCTION auth.wrap_guard();
CREATE TRIGGER jwks_wrap_is_changed BEFORE UPDATE ON auth.jwks
    FOR EACH ROW WHEN (NEW.kek_id IS NOT NULL
        AND (NEW.private_key, NEW.wrap_iv, NEW.format_version, NEW.kek_id)
            IS DISTINCT FROM (OLD.private_key, OLD.wrap_iv, OLD.format_version, OLD.kek_id))
    EXECUTE FUNCTION auth.wrap_guard();

--changeset mana:0013-beginnings splitStatements:false stripComments:false
-- Nobody makes a KEK active by writing it down, as the version before did, unless there is nobody else who would have to hold it.
CREATE FUNCTION auth.kek_begins() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.state <> 'announced' AND (EXISTS (SELECT FROM auth.keks k WHERE k.state = 'active')
            OR EXISTS (SELECT FROM auth.replicas r
                       WHERE r.seen_at > now() - interval '30 seconds'
                         AND (NEW.fingerprint IS NULL OR NOT NEW.fingerprint = ANY (r.fingerprints)))) THEN
        NEW.state := 'announced';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION auth.kek_begins() IS 'A new KEK is announced, whatever was asked for.';
REVOKE ALL ON FUNCTION auth.kek_begins() FROM PUBLIC;
CREATE TRIGGER keks_begin BEFORE INSERT ON auth.keks FOR EACH ROW EXECUTE FUNCTION auth.kek_begins();

--changeset mana:0013-rights splitStatements:false stripComments:false
REVOKE ALL ON auth.kek_history, auth.kek_uses, auth.service_state, auth.replicas FROM PUBLIC, mana_app;
GRANT SELECT ON auth.kek_uses, auth.service_state TO mana_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON auth.replicas TO mana_app;
GRANT SELECT ON auth.kek_history, auth.kek_uses, auth.service_state, auth.replicas TO mana_maintenance;
GRANT INSERT, UPDATE ON auth.kek_uses TO mana_maintenance;
GRANT UPDATE (min_wrap_format, sealed_at, sealed_by, sealed_why) ON auth.service_state TO mana_maintenance;
GRANT SELECT ON auth.kek_history, auth.kek_uses, auth.service_state, auth.replicas TO mana_backup;
GRANT SELECT ON SEQUENCE auth.kek_history_id_seq TO mana_backup;
REVOKE ALL ON FUNCTION auth.reserve_wraps(text, integer), auth.replica_beat(uuid, text[], text),
    auth.activate_kek(text, text), auth.declare_kek(text, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.reserve_wraps(text, integer), auth.replica_beat(uuid, text[], text),
    auth.activate_kek(text, text), auth.declare_kek(text, boolean) TO mana_app;
-- Whose own keys are wrapped too.
GRANT SELECT ON auth.keks, auth.kek_uses, auth.service_state TO mana_auditor;
GRANT EXECUTE ON FUNCTION auth.reserve_wraps(text, integer) TO mana_auditor;
GRANT CREATE ON SCHEMA auth TO mana_maintenance;
ALTER FUNCTION auth.reserve_wraps(text, integer) OWNER TO mana_maintenance;
ALTER FUNCTION auth.activate_kek(text, text) OWNER TO mana_maintenance;
ALTER FUNCTION auth.declare_kek(text, boolean) OWNER TO mana_maintenance;
ALTER FUNCTION auth.kek_begins() OWNER TO mana_maintenance;
ALTER FUNCTION auth.wrap_guard() OWNER TO mana_maintenance;
REVOKE CREATE ON SCHEMA auth FROM mana_maintenance;

--changeset mana:0013-strangers splitStatements:false stripComments:false
-- As 0012-strangers: what an old database gives to somebody by default, it does not give here.
DO $$
DECLARE
    migrating text := current_user;
    granted   record;
BEGIN
    FOR granted IN
        SELECT DISTINCT CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.oid::regclass AS held,
               c.relowner::regrole AS owner, g.grantee::regrole AS holder
        FROM pg_catalog.pg_class c
        CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) g
        WHERE c.oid = ANY (ARRAY['auth.kek_history', 'auth.kek_history_id_seq', 'auth.kek_uses', 'auth.service_state',
                                 'auth.replicas']::regclass[])
          AND g.grantee <> 0 AND g.grantee <> c.relowner
          AND g.grantee::regrole::text NOT IN ('mana_app', 'mana_maintenance', 'mana_auditor', 'mana_backup')
        UNION
        SELECT DISTINCT 'FUNCTION ' || p.oid::regprocedure, p.proowner::regrole, g.grantee::regrole
        FROM pg_catalog.pg_proc p
        CROSS JOIN LATERAL pg_catalog.aclexplode(p.proacl) g
        WHERE p.pronamespace = 'auth'::regnamespace AND g.grantee <> 0 AND g.grantee <> p.proowner
          AND g.grantee::regrole::text NOT IN ('mana_app', 'mana_maintenance', 'mana_auditor')
          AND p.proname IN ('keks_remember', 'reserve_wraps', 'service_state_guard', 'replica_beat', 'activate_kek',
                            'declare_kek', 'wrap_guard', 'kek_uses_guard', 'kek_begins')
    LOOP
        EXECUTE format('SET LOCAL ROLE %s', granted.owner);
        EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', granted.held, granted.holder);
        EXECUTE format('SET LOCAL ROLE %I', migrating);
    END LOOP;
END
$$;
