-- The three login roles of mana-auth, for compose.yml: the image of Postgres runs this once, on the cluster it has just made, as
-- its superuser and in the service's database. Roles and passwords are those in the URLs that the service itself is given, so
-- the two cannot differ. Everything else is the business of `migrate`, for which the owner may create the groups.

DO $$
DECLARE
    login record;
    parts text[];
BEGIN
    FOR login IN
        SELECT *
        FROM (VALUES ('migration_database_url', 'CREATEROLE', true), ('database_url', 'NOCREATEROLE', false),
                ('auditor_database_url', 'NOCREATEROLE', false))
            AS logins (secret, attribute, owns)
    LOOP
        -- Only characters that mean themselves in a URL: what is set here is then what the service sends.
        parts := regexp_match(
            pg_read_file('/run/secrets/' || login.secret),
            '^postgresql://([a-z_]+):([0-9A-Za-z_-]{16,})@[^/@]+/([a-z_]+)\s*$');
        IF parts IS NULL OR parts[3] <> current_database() THEN
            RAISE EXCEPTION 'the secret % is not postgresql://role:password@host:port/%, with 16 or more of A-Z a-z 0-9 _ - for a password',
                login.secret, current_database();
        END IF;

        EXECUTE format(
            'CREATE ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOREPLICATION %s', parts[1], login.attribute);
        -- Apart from the above, because a statement that fails is logged as it stands.
        EXECUTE format('ALTER ROLE %I PASSWORD %L', parts[1], parts[2]);
        IF login.owns THEN
            EXECUTE format('ALTER DATABASE %I OWNER TO %I', current_database(), parts[1]);
        END IF;
    END LOOP;
END
$$;
