-- The database roles of mana-auth. `migrate` runs this itself where the migration role has CREATEROLE; where it has not, an
-- administrator runs it once, connected to the database in question, after creating the login roles:
--
--     CREATE ROLE mana_owner LOGIN PASSWORD '…';    -- MIGRATION_DATABASE_URL; owns everything, never serves
--     CREATE ROLE mana_auth LOGIN PASSWORD '…';     -- DATABASE_URL; serves
--     CREATE ROLE mana_sealer LOGIN PASSWORD '…';   -- AUDITOR_DATABASE_URL; seals the trail. Without it: -v auditor=
--     psql -v owner=mana_owner -v app=mana_auth -v auditor=mana_sealer -d mana_platform -f docs/roles.sql
--
-- Running it again changes nothing.

SELECT set_config('mana.owner', :'owner', false), set_config('mana.app', :'app', false),
    set_config('mana.auditor', :'auditor', false);

DO $$
DECLARE
    owner   text    := current_setting('mana.owner');
    app     text    := current_setting('mana.app');
    auditor text    := current_setting('mana.auditor');
    modern  boolean := current_setting('server_version_num')::integer >= 160000;
    wanted  text;
    may     boolean;
BEGIN
    -- Groups: nobody logs in as one of them. What each may do is in db/changelog/0005-grants.sql.
    FOREACH wanted IN ARRAY ARRAY['mana_app', 'mana_eraser', 'mana_maintenance', 'mana_auditor', 'mana_backup'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                RAISE NOTICE 'role % was created meanwhile', wanted;
            END;
        END IF;
    END LOOP;

    -- The owner hands functions over to these groups and may work as them with SET ROLE. It need not inherit them, which
    -- Postgres 16 can say.
    FOREACH wanted IN ARRAY ARRAY['mana_eraser', 'mana_maintenance', 'mana_auditor'] LOOP
        IF modern THEN
            may := pg_has_role(owner, wanted, 'SET');
        ELSE
            may := pg_has_role(owner, wanted, 'MEMBER');
        END IF;
        IF NOT may THEN
            EXECUTE format('GRANT %I TO %I', wanted, owner)
                || CASE WHEN modern THEN ' WITH INHERIT FALSE, SET TRUE' ELSE '' END;
        END IF;
    END LOOP;

    IF NOT has_database_privilege(owner, current_database(), 'CREATE') THEN
        EXECUTE format('GRANT CREATE ON DATABASE %I TO %I', current_database(), owner);
    END IF;

    IF app <> '' AND NOT pg_has_role(app, 'mana_app', 'USAGE') THEN
        EXECUTE format('GRANT mana_app TO %I', app);
    END IF;

    -- Membership is all it has: it works as the group with SET ROLE.
    IF auditor <> '' AND NOT pg_has_role(auditor, 'mana_auditor', CASE WHEN modern THEN 'SET' ELSE 'MEMBER' END) THEN
        EXECUTE format('GRANT mana_auditor TO %I', auditor) || CASE WHEN modern THEN ' WITH SET TRUE' ELSE '' END;
    END IF;
END
$$;
