--liquibase formatted sql

-- What proving who somebody is needs beyond the old schema.

--changeset mana:0009-no-token-in-the-clear splitStatements:false stripComments:false
-- A token in the database is as good as the session it opens, so only its hash is kept. Adopted ones are hashed here: their
-- holders stay signed in. Tokens are 32 random characters of 62, so nobody finds one from its hash.
UPDATE auth.sessions
SET token = encode(sha256(convert_to(token, 'UTF8')), 'hex'),
    refresh_token = encode(sha256(convert_to(refresh_token, 'UTF8')), 'hex');
ALTER TABLE auth.sessions
    ADD CONSTRAINT sessions_token_is_a_hash CHECK (token ~ '^[0-9a-f]{64}$' AND refresh_token ~ '^[0-9a-f]{64}$'),
    ADD COLUMN slides boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN auth.sessions.token IS 'Hex SHA-256 of the first token; the token itself is with its holder only.';
COMMENT ON COLUMN auth.sessions.slides IS 'Whether use prolongs it. False where somebody asked not to be remembered.';

-- Of a link that resets a password the old service kept the token behind a prefix; of others, the bare token.
UPDATE auth.verification
SET identifier = CASE
        WHEN starts_with(identifier, 'reset-password:')
            THEN 'reset-password:' || encode(sha256(convert_to(substr(identifier, 16), 'UTF8')), 'hex')
        ELSE 'adopted:' || encode(sha256(convert_to(identifier, 'UTF8')), 'hex')
    END;
ALTER TABLE auth.verification
    ADD CONSTRAINT verification_identifier_is_a_hash CHECK (identifier ~ '^[a-z-]+:[0-9a-f]{64}$');
COMMENT ON COLUMN auth.verification.identifier IS 'What the link is for, and the hex SHA-256 of its token.';

--changeset mana:0009-refresh-tokens splitStatements:false stripComments:false
-- Tokens of sessions whose clients exchange them for newer ones. Exchanging one token twice at once leaves two newer ones,
-- and both are good.
CREATE TABLE auth.refresh_tokens (
    token       text PRIMARY KEY CONSTRAINT refresh_tokens_token_is_a_hash CHECK (token ~ '^[0-9a-f]{64}$'),
    session_id  text NOT NULL REFERENCES auth.sessions (id) ON DELETE CASCADE,
    issued_at   timestamptz NOT NULL DEFAULT now(),
    replaced_at timestamptz
);
CREATE INDEX refresh_tokens_session_id_idx ON auth.refresh_tokens (session_id);
CREATE INDEX refresh_tokens_replaced_at_idx ON auth.refresh_tokens (replaced_at) WHERE replaced_at IS NOT NULL;
COMMENT ON TABLE auth.refresh_tokens IS 'Tokens that came of an exchange, and those that were exchanged. One of the latter that is used late was stolen, or its successor was.';

--changeset mana:0009-adopted-attempts splitStatements:false stripComments:false
-- The old service counted by the address as it was typed.
UPDATE auth.login_attempts SET email = lower(email) WHERE email <> lower(email);
COMMENT ON COLUMN auth.login_attempts.method IS
    '''password'': a wrong one, which counts. ''password-pending'': one that is being checked; it counts for a moment only.';

--changeset mana:0009-password-kinds splitStatements:false stripComments:false
-- How a hash was made: algorithm and parameters of those of this service, NULL of those of the old one. An index, so that asking
-- whether any differs from today's costs nothing.
CREATE FUNCTION auth.password_kind(p_hash text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT pg_catalog.substring(p_hash, '^[$]argon2id[$]v=[0-9]+[$]m=[0-9]+,t=[0-9]+,p=[0-9]+[$]')
$$;
CREATE INDEX accounts_password_kind_idx ON auth.accounts (auth.password_kind(password) COLLATE "C")
    WHERE password IS NOT NULL;
COMMENT ON FUNCTION auth.password_kind(text) IS 'How a password''s hash was made; NULL if by the old service.';

--changeset mana:0009-rate-limits splitStatements:false stripComments:false
-- Not logged: a crash forgets who asked how often in the last minute, and nothing else.
CREATE UNLOGGED TABLE auth.rate_limits (
    scope        text NOT NULL,
    client       text NOT NULL,
    window_start timestamptz NOT NULL,
    hits         integer NOT NULL,
    PRIMARY KEY (scope, client)
);
CREATE INDEX rate_limits_window_start_idx ON auth.rate_limits (window_start);
COMMENT ON TABLE auth.rate_limits IS 'How often each client asked in its present window; one row for all replicas.';

-- Counts one request and says for how many seconds the client has to wait: 0, and it may pass.
CREATE FUNCTION auth.rate_limit(p_scope text, p_client text, p_limit integer, p_window interval) RETURNS integer
    LANGUAGE sql VOLATILE SECURITY INVOKER AS $$
    INSERT INTO auth.rate_limits AS r (scope, client, window_start, hits)
    VALUES (p_scope, p_client, clock_timestamp(), 1)
    ON CONFLICT (scope, client) DO UPDATE SET
        window_start = CASE WHEN r.window_start + p_window <= excluded.window_start THEN excluded.window_start ELSE r.window_start END,
        -- Bounded, so that a client cannot count itself out of the integers.
        hits = CASE WHEN r.window_start + p_window <= excluded.window_start THEN 1 ELSE least(r.hits, p_limit) + 1 END
    RETURNING CASE WHEN r.hits <= p_limit THEN 0
                   ELSE greatest(1, ceil(extract(epoch FROM r.window_start + p_window - clock_timestamp())))::integer END
$$;
COMMENT ON FUNCTION auth.rate_limit(text, text, integer, interval) IS
    'Counts a request of a client; answers the seconds it has to wait, 0 if it may pass.';

--changeset mana:0009-signup-days splitStatements:false stripComments:false
CREATE TABLE auth.signup_days (
    day     date PRIMARY KEY,
    signups integer NOT NULL CONSTRAINT signup_days_signups_positive CHECK (signups > 0)
);
COMMENT ON TABLE auth.signup_days IS 'How many people signed up on each day (UTC). An erased user gives no place back.';

--changeset mana:0009-lockout splitStatements:false stripComments:false
-- Lets a password be tried, or says why not. One check of one address at a time goes through here; the hashing happens
-- outside, so a check in flight is a row that counts for some seconds. If nobody says what came of it, because the service or the
-- database went away, it counts for nothing: such a fault must not lock anybody out.
--
-- Five wrong passwords within 15 minutes lock the address until 30 minutes after the last of them. While it is locked nothing
-- is tried, so nothing prolongs it.
--
-- The account is read whether or not it may be tried: a fault shows as one then too, and never as a lock.
CREATE FUNCTION auth.password_attempt(
    p_email text,
    p_ip text,
    p_current text,
    OUT locked_seconds integer,
    OUT attempt integer,
    OUT user_id text,
    OUT password text,
    OUT other_hashes boolean) LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
DECLARE
    failures  integer;
    newest    timestamptz;
    oldest    timestamptz;
    recent    integer;
    in_flight integer;
BEGIN
    PERFORM pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('mana-lockout:' || p_email, 0));

    SELECT u.id, a.password
    INTO user_id, password
    FROM auth.users u
    JOIN auth.accounts a ON a.user_id = u.id AND a.provider_id = 'credential'
    WHERE u.email = p_email AND u.deleted_at IS NULL
    ORDER BY a.created_at
    LIMIT 1;
    -- The first and the last kind in the order of their index, NULL being last: two rows are looked at, however many there are.
    -- Asked whether a differing one exists, the planner would rather search the whole table for what is never there.
    SELECT auth.password_kind(a.password) COLLATE "C" IS DISTINCT FROM p_current
    INTO other_hashes
    FROM auth.accounts a
    WHERE a.password IS NOT NULL
    ORDER BY auth.password_kind(a.password) COLLATE "C" DESC
    LIMIT 1;
    IF NOT other_hashes THEN
        SELECT auth.password_kind(a.password) COLLATE "C" IS DISTINCT FROM p_current
        INTO other_hashes
        FROM auth.accounts a
        WHERE a.password IS NOT NULL
        ORDER BY auth.password_kind(a.password) COLLATE "C"
        LIMIT 1;
    END IF;
    other_hashes := coalesce(other_hashes, false); -- nobody has a password

    -- In flight first and failures second: each statement sees what was committed before it, so a check that fails in between is
    -- counted twice, and asking again will tell. The other way round it would not be counted at all, and a sixth password be tried.
    SELECT count(*)
    INTO in_flight
    FROM auth.login_attempts l
    WHERE l.email = p_email AND l.method = 'password-pending'
      AND l.attempted_at > pg_catalog.clock_timestamp() - interval '10 seconds';

    SELECT count(*), max(f.attempted_at), min(f.attempted_at),
           count(*) FILTER (WHERE f.attempted_at > pg_catalog.clock_timestamp() - interval '15 minutes')
    INTO failures, newest, oldest, recent
    FROM (SELECT l.attempted_at
          FROM auth.login_attempts l
          WHERE l.email = p_email AND l.method = 'password' AND NOT l.successful
          ORDER BY l.attempted_at DESC
          LIMIT 5) f;
    IF failures = 5 AND newest - oldest <= interval '15 minutes'
        AND newest + interval '30 minutes' > pg_catalog.clock_timestamp()
    THEN
        locked_seconds := ceil(extract(epoch FROM newest + interval '30 minutes' - pg_catalog.clock_timestamp()));
        RETURN;
    END IF;
    IF recent + in_flight >= 5 THEN
        RETURN; -- neither locked nor let through: those in flight decide
    END IF;

    INSERT INTO auth.login_attempts (email, ip_address, attempted_at, method)
    VALUES (p_email, p_ip, pg_catalog.clock_timestamp(), 'password-pending')
    RETURNING id INTO attempt;
END
$$;
COMMENT ON FUNCTION auth.password_attempt(text, text, text) IS
    'Begins a password check of an address: its number; or for how long the address is locked; or neither, to ask again. Says too whether any hash is not of the current kind.';

--changeset mana:0009-rights splitStatements:false stripComments:false
REVOKE ALL ON auth.refresh_tokens, auth.rate_limits, auth.signup_days FROM PUBLIC;
REVOKE ALL ON FUNCTION auth.rate_limit(text, text, integer, interval), auth.password_attempt(text, text, text),
    auth.password_kind(text) FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON auth.refresh_tokens, auth.rate_limits TO mana_app;
GRANT SELECT, INSERT, UPDATE ON auth.signup_days TO mana_app;
GRANT EXECUTE ON FUNCTION auth.rate_limit(text, text, integer, interval), auth.password_attempt(text, text, text),
    auth.password_kind(text) TO mana_app;
GRANT SELECT ON auth.refresh_tokens, auth.rate_limits, auth.signup_days TO mana_backup;
