--liquibase formatted sql

-- How a user comes to be whom nobody signed up here: on first sight of an external issuer's token, or because one of our own
-- services says so. A row is made or it is not. None is ever changed, and none is ever found by its e-mail.

--changeset mana:0011-erased-since splitStatements:false stripComments:false
-- Whether a user was erased at a moment or after it, for whoever knows the id: one word about the receipts, which the service
-- may not read.
CREATE INDEX erasure_receipts_subject_idx ON auth.erasure_receipts (subject, erased_at);
CREATE FUNCTION auth.erased_since(p_user text, p_moment timestamptz) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM auth.erasure_receipts r
        WHERE r.subject = encode(sha256(convert_to('mana-erasure-v1:' || p_user, 'UTF8')), 'hex')
          AND r.erased_at >= coalesce(p_moment, '-infinity'))
$$;
COMMENT ON FUNCTION auth.erased_since(text, timestamptz) IS
    'Whether that user was erased at that moment or later; without a moment, whether ever.';
REVOKE ALL ON FUNCTION auth.erased_since(text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.erased_since(text, timestamptz) TO mana_app;
-- As 0007-strangers, while the function still is this role's: what an old database gives to somebody by default, it does not
-- give here.
DO $$
DECLARE
    holder regrole;
BEGIN
    FOR holder IN
        SELECT DISTINCT g.grantee
        FROM pg_catalog.pg_proc p
        CROSS JOIN LATERAL pg_catalog.aclexplode(p.proacl) g
        WHERE p.oid = 'auth.erased_since(text, timestamptz)'::regprocedure
          AND g.grantee NOT IN (0, p.proowner, 'mana_app'::regrole)
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION auth.erased_since(text, timestamptz) FROM %s CASCADE', holder);
    END LOOP;
END
$$;
GRANT SELECT (subject, erased_at) ON auth.erasure_receipts TO mana_eraser;
GRANT CREATE ON SCHEMA auth TO mana_eraser;
ALTER FUNCTION auth.erased_since(text, timestamptz) OWNER TO mana_eraser;
REVOKE CREATE ON SCHEMA auth FROM mana_eraser;

--changeset mana:0011-provision-user splitStatements:false stripComments:false
-- Makes the row of a user if there is none. SECURITY INVOKER: it may what the service may. Role, tier and kind are the least
-- there is, whatever the defaults of an adopted table.
--
-- The receipts are asked twice. Between the first question and the insert others may have made this user and erased them
-- again, and the insert waits for an erasure that is under way: only what is read after it sees every receipt. A row that
-- must not be is taken back with its subtransaction; the service may not delete users.
CREATE FUNCTION auth.provision_user(
    p_user text, p_email text, p_name text, p_email_verified boolean, p_issued_at timestamptz) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
BEGIN
    IF p_user IS NULL OR p_user = '' THEN
        RAISE EXCEPTION 'a user has an id' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- Whoever is in the way may be gone a moment later, so it is tried again.
    FOR attempt IN 1..3 LOOP
        IF EXISTS (SELECT FROM auth.users u WHERE u.id = p_user) THEN
            RETURN 'exists';
        END IF;
        IF auth.erased_since(p_user, p_issued_at) THEN
            RETURN 'erased';
        END IF;
        BEGIN
            INSERT INTO auth.users (id, email, name, email_verified, role, access_tier, kind)
            VALUES (p_user, p_email, p_name, p_email_verified, 'user', 'public', 'human')
            ON CONFLICT DO NOTHING;
            IF FOUND THEN
                IF NOT auth.erased_since(p_user, p_issued_at) THEN
                    RETURN 'created';
                END IF;
                RAISE EXCEPTION 'the user was erased by another transaction' USING ERRCODE = 'serialization_failure';
            END IF;
        EXCEPTION WHEN serialization_failure THEN
            CONTINUE;
        END;
        IF EXISTS (SELECT FROM auth.users u WHERE u.email = p_email AND u.id <> p_user) THEN
            RETURN 'email_taken';
        END IF;
    END LOOP;
    RAISE EXCEPTION 'the user was not stored: look for triggers and rules on auth.users';
END
$$;
COMMENT ON FUNCTION auth.provision_user(text, text, text, boolean, timestamptz) IS
    'Makes a user''s row if there is none: created, exists, email_taken, or erased if that was at p_issued_at or later.';
REVOKE ALL ON FUNCTION auth.provision_user(text, text, text, boolean, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.provision_user(text, text, text, boolean, timestamptz) TO mana_app;
-- As above.
DO $$
DECLARE
    holder regrole;
BEGIN
    FOR holder IN
        SELECT DISTINCT g.grantee
        FROM pg_catalog.pg_proc p
        CROSS JOIN LATERAL pg_catalog.aclexplode(p.proacl) g
        WHERE p.oid = 'auth.provision_user(text, text, text, boolean, timestamptz)'::regprocedure
          AND g.grantee NOT IN (0, p.proowner, 'mana_app'::regrole)
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION auth.provision_user(text, text, text, boolean, timestamptz) FROM %s CASCADE',
                       holder);
    END LOOP;
END
$$;
