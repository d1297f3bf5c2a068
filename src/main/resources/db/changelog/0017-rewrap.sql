--liquibase formatted sql

-- Moving every key from one KEK to another while the service serves, and the end of a KEK.

--changeset mana:0017-rewrap splitStatements:false stripComments:false
CREATE TABLE auth.rewrap_runs (
    id          uuid PRIMARY KEY,
    kek_id      text NOT NULL REFERENCES auth.keks (id),
    total       bigint NOT NULL,
    done        bigint NOT NULL DEFAULT 0,
    failed      bigint NOT NULL DEFAULT 0,
    started_at  timestamptz NOT NULL DEFAULT now(),
    seen_at     timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
);
COMMENT ON TABLE auth.rewrap_runs IS 'Sweeps that rewrap, and how far each is. One that was not seen for a minute has died.';

CREATE TABLE auth.rewrap_failures (
    kind           text NOT NULL,
    owner          text NOT NULL,
    key_generation bigint NOT NULL,
    kek_id         text NOT NULL,
    reason         text NOT NULL,
    failed_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, owner, key_generation)
);
COMMENT ON TABLE auth.rewrap_failures IS 'Keys that did not open when a sweep came by, and were left as they are.';

REVOKE ALL ON auth.rewrap_runs, auth.rewrap_failures FROM PUBLIC, mana_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON auth.rewrap_runs, auth.rewrap_failures TO mana_maintenance;
GRANT SELECT ON auth.rewrap_runs TO mana_app;
GRANT SELECT ON auth.rewrap_runs, auth.rewrap_failures TO mana_backup;

--changeset mana:0017-moved-wraps splitStatements:false stripComments:false
-- A wrap that is set aside is moved as it is, whatever its KEK and format, unless nothing should be wrapped by that any more.
CREATE FUNCTION auth.moved_wrap_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM auth.keks WHERE id = NEW.kek_id AND state IN ('active', 'retiring')) THEN
        RAISE EXCEPTION 'the KEK % is retired, lost or not known', NEW.kek_id USING ERRCODE = 'MK001';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION auth.moved_wrap_guard() IS 'Refuses a wrap of a KEK that is no longer needed by anything.';
REVOKE ALL ON FUNCTION auth.moved_wrap_guard() FROM PUBLIC;
-- Who makes a trigger has to be allowed to run its function.
DO $$
DECLARE
    migrating text := current_user;
BEGIN
    SET LOCAL ROLE mana_maintenance;
    EXECUTE format('GRANT EXECUTE ON FUNCTION auth.wrap_guard() TO %I', migrating);
    EXECUTE format('SET LOCAL ROLE %I', migrating);
END
$$;
CREATE TRIGGER retained_keys_wrap_is_moved BEFORE INSERT ON auth.retained_keys
    FOR EACH ROW EXECUTE FUNCTION auth.moved_wrap_guard();
CREATE TRIGGER retained_keys_wrap_is_changed BEFORE UPDATE ON auth.retained_keys
    FOR EACH ROW WHEN ((NEW.wrapped_mk, NEW.wrap_iv, NEW.format_version, NEW.kek_id)
        IS DISTINCT FROM (OLD.wrapped_mk, OLD.wrap_iv, OLD.format_version, OLD.kek_id))
    EXECUTE FUNCTION auth.wrap_guard();

-- Zero-knowledge leaves nothing behind that the service could open, whichever version switched it on.
CREATE FUNCTION auth.drop_retained_keys() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM auth.retained_keys WHERE user_id = NEW.user_id;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION auth.drop_retained_keys() IS 'Deletes the superseded keys of who switches zero-knowledge on.';
REVOKE ALL ON FUNCTION auth.drop_retained_keys() FROM PUBLIC;
CREATE TRIGGER retained_keys_end_with_zero_knowledge AFTER UPDATE ON auth.encryption_vaults
    FOR EACH ROW WHEN (NEW.zero_knowledge AND NOT OLD.zero_knowledge) EXECUTE FUNCTION auth.drop_retained_keys();

--changeset mana:0017-retire splitStatements:false stripComments:false
CREATE FUNCTION auth.rows_of_kek(p_id text) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT (SELECT count(*) FROM auth.encryption_vaults WHERE kek_id = p_id AND wrapped_mk IS NOT NULL)
         + (SELECT count(*) FROM auth.retained_keys WHERE kek_id = p_id)
         + (SELECT count(*) FROM auth.jwks WHERE kek_id = p_id)
         + (SELECT count(*) FROM auth.audit_keys WHERE kek_id = p_id)
$$;
COMMENT ON FUNCTION auth.rows_of_kek(text) IS 'How many keys are wrapped by a KEK.';

-- Under the lock of those who change states, and under no other: nobody who serves waits for the count. Who wrote with this KEK had
-- committed before it began to retire, and a wrap that is moved is seen in one table or the other, so nothing escapes the count.
CREATE FUNCTION auth.retire_kek(p_id text, OUT retired boolean, OUT needing bigint, OUT writing integer)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '500ms' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7881702187567770467);
    SELECT count(*) INTO writing
    FROM auth.replicas r
    WHERE r.writes_with = p_id AND r.seen_at > now() - interval '30 seconds';
    needing := auth.rows_of_kek(p_id);
    retired := false;
    IF needing = 0 AND writing = 0 THEN
        UPDATE auth.keks SET state = 'retired' WHERE id = p_id AND state IN ('announced', 'retiring', 'lost');
        retired := FOUND;
    END IF;
END
$$;
COMMENT ON FUNCTION auth.retire_kek(text) IS
    'Ends a KEK that no row is wrapped by and no live process writes with; says how many do.';
REVOKE ALL ON FUNCTION auth.retire_kek(text), auth.rows_of_kek(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.rows_of_kek(text) TO mana_app;
GRANT CREATE ON SCHEMA auth TO mana_maintenance;
ALTER FUNCTION auth.rows_of_kek(text) OWNER TO mana_maintenance;
ALTER FUNCTION auth.retire_kek(text) OWNER TO mana_maintenance;
ALTER FUNCTION auth.moved_wrap_guard() OWNER TO mana_maintenance;
REVOKE CREATE ON SCHEMA auth FROM mana_maintenance;

--changeset mana:0017-expiry splitStatements:false stripComments:false
-- What has expired opens nothing for anybody but who holds the KEK and the database: until it is deleted. The policies of the group
-- that owns this let it delete nothing else.
CREATE FUNCTION auth.drop_expired_wraps(p_most integer) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    gone  bigint;
    total bigint;
BEGIN
    DELETE FROM auth.retained_keys
    WHERE ctid = ANY (ARRAY(SELECT ctid FROM auth.retained_keys WHERE expires_at <= now() LIMIT p_most)) AND expires_at <= now();
    GET DIAGNOSTICS total = ROW_COUNT;
    DELETE FROM auth.rekey_requests
    WHERE ctid = ANY (ARRAY(SELECT ctid FROM auth.rekey_requests
                            WHERE requested_at <= now() - make_interval(days => 1) LIMIT p_most))
      AND requested_at <= now() - make_interval(days => 1);
    GET DIAGNOSTICS gone = ROW_COUNT;
    total := total + gone;
    DELETE FROM auth.replaced_recovery_wraps
    WHERE ctid = ANY (ARRAY(SELECT ctid FROM auth.replaced_recovery_wraps
                            WHERE replaced_at < now() - make_interval(days => 30) LIMIT p_most))
      AND replaced_at < now() - make_interval(days => 30);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN total + gone;
END
$$;
COMMENT ON FUNCTION auth.drop_expired_wraps(integer) IS
    'Deletes superseded keys, replaced recovery wraps and remembered requests whose time is over; so many of each at most.';
REVOKE ALL ON FUNCTION auth.drop_expired_wraps(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.drop_expired_wraps(integer) TO mana_app;
GRANT CREATE ON SCHEMA auth TO mana_maintenance;
ALTER FUNCTION auth.drop_expired_wraps(integer) OWNER TO mana_maintenance;
REVOKE CREATE ON SCHEMA auth FROM mana_maintenance;

--changeset mana:0017-strangers splitStatements:false stripComments:false
-- As 0013-strangers.
DO $$
DECLARE
    migrating text := current_user;
    granted   record;
BEGIN
    FOR granted IN
        SELECT DISTINCT 'TABLE ' || c.oid::regclass AS held, c.relowner::regrole AS owner, g.grantee::regrole AS holder
        FROM pg_catalog.pg_class c
        CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) g
        WHERE c.oid = ANY (ARRAY['auth.rewrap_runs', 'auth.rewrap_failures']::regclass[])
          AND g.grantee <> 0 AND g.grantee <> c.relowner
          AND g.grantee::regrole::text NOT IN ('mana_app', 'mana_maintenance', 'mana_backup')
        UNION
        SELECT DISTINCT 'FUNCTION ' || p.oid::regprocedure, p.proowner::regrole, g.grantee::regrole
        FROM pg_catalog.pg_proc p
        CROSS JOIN LATERAL pg_catalog.aclexplode(p.proacl) g
        WHERE p.pronamespace = 'auth'::regnamespace AND g.grantee <> 0 AND g.grantee <> p.proowner
          AND g.grantee::regrole::text <> 'mana_app'
          AND p.proname IN ('rows_of_kek', 'retire_kek', 'moved_wrap_guard', 'drop_expired_wraps', 'drop_retained_keys')
    LOOP
        EXECUTE format('SET LOCAL ROLE %s', granted.owner);
        EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', granted.held, granted.holder);
        EXECUTE format('SET LOCAL ROLE %I', migrating);
    END LOOP;
END
$$;
