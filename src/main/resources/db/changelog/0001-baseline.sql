--liquibase formatted sql

-- The schema of the service this one replaces. On an empty database this creates it; on the old service's database it
-- changes only what drifted: both end alike, down to the names of constraints and indexes. Rows are never touched, except
-- that passkeys.transports becomes text.

--changeset mana:0001-schemas splitStatements:false stripComments:false
-- Guarded, because CREATE SCHEMA IF NOT EXISTS wants the right to create even where there is nothing to create.
DO $$
BEGIN
    IF pg_catalog.to_regnamespace('auth') IS NULL THEN
        CREATE SCHEMA auth;
    END IF;
    IF pg_catalog.to_regnamespace('spaces') IS NULL THEN
        CREATE SCHEMA spaces;
    END IF;
END
$$;

--changeset mana:0001-enums splitStatements:false stripComments:false
-- One old script created an enum in public: such a type is moved, but only if our own table is what uses it.
DO $$
DECLARE
    wanted  record;
    label   text;
    strayed oid;
BEGIN
    FOR wanted IN
        SELECT *
        FROM (VALUES
            ('user_role', 'role', ARRAY['user', 'admin', 'service']),
            ('access_tier', 'access_tier', ARRAY['guest', 'public', 'beta', 'alpha', 'founder']),
            ('user_kind', 'kind', ARRAY['human', 'persona', 'system'])) AS enums (name, user_column, labels)
    LOOP
        IF pg_catalog.to_regtype('auth.' || wanted.name) IS NULL THEN
            SELECT t.oid INTO strayed
            FROM pg_catalog.pg_type t
            JOIN pg_catalog.pg_attribute a ON a.atttypid = t.oid
            WHERE t.typnamespace = pg_catalog.to_regnamespace('public')
              AND t.typname = wanted.name
              AND t.typtype = 'e'
              AND a.attrelid = pg_catalog.to_regclass('auth.users')
              AND a.attname = wanted.user_column;
            IF strayed IS NOT NULL THEN
                EXECUTE format('ALTER TYPE public.%I SET SCHEMA auth', wanted.name);
            ELSE
                EXECUTE format('CREATE TYPE auth.%I AS ENUM ()', wanted.name);
            END IF;
        END IF;
        FOREACH label IN ARRAY wanted.labels LOOP
            EXECUTE format('ALTER TYPE auth.%I ADD VALUE IF NOT EXISTS %L', wanted.name, label);
        END LOOP;
    END LOOP;
END
$$;

--changeset mana:0001-passkeys-drift splitStatements:false stripComments:false
-- Before the old script 007, passkeys had friendly_name, and transports as a JSON list.
DO $$
DECLARE
    passkeys oid := pg_catalog.to_regclass('auth.passkeys');
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = passkeys AND attname = 'friendly_name' AND NOT attisdropped)
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = passkeys AND attname = 'name' AND NOT attisdropped)
    THEN
        ALTER TABLE auth.passkeys RENAME COLUMN friendly_name TO name;
    END IF;

    IF EXISTS (SELECT FROM pg_catalog.pg_attribute
               WHERE attrelid = passkeys AND attname = 'transports' AND atttypid = 'pg_catalog.jsonb'::regtype)
    THEN
        CREATE FUNCTION auth.transports_as_text(transports jsonb) RETURNS text LANGUAGE sql AS
            'SELECT CASE jsonb_typeof(transports)
                        WHEN ''array'' THEN (SELECT string_agg(t.name, '','' ORDER BY t.position)
                                             FROM jsonb_array_elements_text(transports) WITH ORDINALITY AS t (name, position))
                        WHEN ''null'' THEN NULL
                        ELSE transports #>> ''{}''
                    END';
        ALTER TABLE auth.passkeys ALTER COLUMN transports DROP DEFAULT;
        ALTER TABLE auth.passkeys ALTER COLUMN transports TYPE text USING auth.transports_as_text(transports);
        DROP FUNCTION auth.transports_as_text(jsonb);
    END IF;
END
$$;

--changeset mana:0001-tables splitStatements:false stripComments:false
-- The tables as they should be, built in a schema of their own. A table the database lacks is moved into place; one that
-- is there is compared with its model and brought to it: missing columns, types, defaults, NOT NULL, then keys, checks and
-- indexes, each renamed to the one name it has here, or added. Columns, constraints and indexes we know nothing of stay.
--
-- Protected tables of the old service are under FORCE, which would hide their rows from this role without a word, and a
-- new foreign key would then be "checked" against nothing. So: NO FORCE, and row_security off, which turns hidden rows
-- into an error; FORCE again at the end, in the same transaction.
SET LOCAL row_security = off;
SET LOCAL search_path = pg_catalog;

DO $$
BEGIN
    IF to_regclass('auth.encryption_vaults') IS NOT NULL THEN
        ALTER TABLE auth.encryption_vaults NO FORCE ROW LEVEL SECURITY;
    END IF;
    IF to_regclass('auth.encryption_vault_audit') IS NOT NULL THEN
        ALTER TABLE auth.encryption_vault_audit NO FORCE ROW LEVEL SECURITY;
    END IF;
END
$$;

CREATE SCHEMA mana_model;

CREATE TABLE mana_model.users (
    id                      text PRIMARY KEY,
    name                    text NOT NULL,
    email                   text NOT NULL UNIQUE,
    email_verified          boolean NOT NULL DEFAULT false,
    image                   text,
    created_at              timestamptz NOT NULL DEFAULT now(),
    updated_at              timestamptz NOT NULL DEFAULT now(),
    role                    auth.user_role NOT NULL DEFAULT 'user',
    access_tier             auth.access_tier NOT NULL DEFAULT 'public',
    kind                    auth.user_kind NOT NULL DEFAULT 'human',
    two_factor_enabled      boolean DEFAULT false,
    deleted_at              timestamptz,
    onboarding_completed_at timestamptz,
    feedback_show_real_name boolean NOT NULL DEFAULT false,
    feedback_karma          integer NOT NULL DEFAULT 0
);

CREATE TABLE mana_model.sessions (
    id                       text PRIMARY KEY,
    expires_at               timestamptz NOT NULL,
    token                    text NOT NULL UNIQUE,
    created_at               timestamptz NOT NULL DEFAULT now(),
    updated_at               timestamptz NOT NULL DEFAULT now(),
    ip_address               text,
    user_agent               text,
    user_id                  text NOT NULL,
    refresh_token            text UNIQUE,
    refresh_token_expires_at timestamptz,
    device_id                text,
    device_name              text,
    last_activity_at         timestamptz DEFAULT now(),
    revoked_at               timestamptz,
    remember_me              boolean DEFAULT false
);

CREATE TABLE mana_model.accounts (
    id                       text PRIMARY KEY,
    account_id               text NOT NULL,
    provider_id              text NOT NULL,
    user_id                  text NOT NULL,
    access_token             text,
    refresh_token            text,
    id_token                 text,
    scope                    text,
    access_token_expires_at  timestamptz,
    refresh_token_expires_at timestamptz,
    password                 text,
    created_at               timestamptz NOT NULL DEFAULT now(),
    updated_at               timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE mana_model.verification (
    id         text PRIMARY KEY,
    identifier text NOT NULL,
    value      text NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX verification_identifier_idx ON mana_model.verification (identifier);

CREATE TABLE mana_model.passwords (
    user_id         text PRIMARY KEY,
    hashed_password text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE mana_model.two_factor_auth (
    user_id      text PRIMARY KEY,
    secret       text NOT NULL,
    enabled      boolean NOT NULL DEFAULT false,
    backup_codes text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    enabled_at   timestamptz
);

CREATE TABLE mana_model.security_events (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id    text,
    event_type text NOT NULL,
    ip_address text,
    user_agent text,
    metadata   jsonb,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE mana_model.jwks (
    id          text PRIMARY KEY,
    public_key  text NOT NULL,
    private_key text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE mana_model.passkeys (
    id            text PRIMARY KEY,
    user_id       text NOT NULL,
    credential_id text NOT NULL UNIQUE,
    public_key    text NOT NULL,
    counter       integer NOT NULL DEFAULT 0,
    device_type   text NOT NULL,
    backed_up     boolean NOT NULL DEFAULT false,
    transports    text,
    name          text,
    aaguid        text,
    last_used_at  timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX passkeys_user_id_idx ON mana_model.passkeys (user_id);

CREATE TABLE mana_model.user_settings (
    user_id         text PRIMARY KEY,
    global_settings jsonb NOT NULL DEFAULT '{"nav":{"desktopPosition":"top","sidebarCollapsed":false},"theme":{"mode":"system","colorScheme":"ocean"},"locale":"de"}',
    app_overrides   jsonb NOT NULL DEFAULT '{}',
    device_settings jsonb NOT NULL DEFAULT '{}',
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE mana_model.login_attempts (
    id           serial PRIMARY KEY,
    email        text NOT NULL,
    ip_address   text,
    successful   boolean NOT NULL DEFAULT false,
    attempted_at timestamptz NOT NULL DEFAULT now(),
    method       text NOT NULL DEFAULT 'password'
);
CREATE INDEX login_attempts_email_method_time_idx ON mana_model.login_attempts (email, method, attempted_at);

CREATE TABLE mana_model.organizations (
    id         text PRIMARY KEY,
    name       text NOT NULL,
    slug       text UNIQUE,
    logo       text,
    metadata   jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX organizations_slug_idx ON mana_model.organizations (slug);

CREATE TABLE mana_model.members (
    id              text PRIMARY KEY,
    organization_id text NOT NULL,
    user_id         text NOT NULL,
    role            text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX members_organization_id_idx ON mana_model.members (organization_id);
CREATE INDEX members_user_id_idx ON mana_model.members (user_id);
CREATE INDEX members_organization_id_user_id_idx ON mana_model.members (organization_id, user_id);

CREATE TABLE mana_model.invitations (
    id              text PRIMARY KEY,
    organization_id text NOT NULL,
    email           text NOT NULL,
    role            text NOT NULL,
    status          text NOT NULL,
    expires_at      timestamptz NOT NULL,
    inviter_id      text,
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX invitations_organization_id_idx ON mana_model.invitations (organization_id);
CREATE INDEX invitations_email_idx ON mana_model.invitations (email);
CREATE INDEX invitations_status_idx ON mana_model.invitations (status);

CREATE TABLE mana_model.api_keys (
    id                  text PRIMARY KEY,
    user_id             text NOT NULL,
    name                text NOT NULL,
    key_prefix          text NOT NULL,
    key_hash            text NOT NULL,
    scopes              jsonb NOT NULL DEFAULT '["stt","tts"]',
    rate_limit_requests integer NOT NULL DEFAULT 60,
    rate_limit_window   integer NOT NULL DEFAULT 60,
    created_at          timestamptz NOT NULL DEFAULT now(),
    last_used_at        timestamptz,
    revoked_at          timestamptz
);
CREATE INDEX api_keys_key_hash_idx ON mana_model.api_keys (key_hash);

CREATE TABLE mana_model.encryption_vaults (
    user_id                 text PRIMARY KEY,
    wrapped_mk              text,
    wrap_iv                 text,
    format_version          smallint NOT NULL DEFAULT 1,
    kek_id                  text NOT NULL DEFAULT 'env-v1',
    recovery_wrapped_mk     text,
    recovery_iv             text,
    recovery_format_version smallint NOT NULL DEFAULT 1,
    recovery_set_at         timestamptz,
    zero_knowledge          boolean NOT NULL DEFAULT false,
    created_at              timestamptz NOT NULL DEFAULT now(),
    rotated_at              timestamptz,
    CONSTRAINT encryption_vaults_has_wrap CHECK (wrapped_mk IS NOT NULL OR recovery_wrapped_mk IS NOT NULL),
    CONSTRAINT encryption_vaults_wrap_iv_pair CHECK (
        (wrapped_mk IS NULL) = (wrap_iv IS NULL) AND (recovery_wrapped_mk IS NULL) = (recovery_iv IS NULL)),
    CONSTRAINT encryption_vaults_zk_consistency CHECK (
        zero_knowledge = false OR (wrapped_mk IS NULL AND recovery_wrapped_mk IS NOT NULL))
);
CREATE INDEX encryption_vaults_user_id_idx ON mana_model.encryption_vaults (user_id);

CREATE TABLE mana_model.encryption_vault_audit (
    id         text PRIMARY KEY,
    user_id    text NOT NULL,
    action     text NOT NULL,
    ip_address text,
    user_agent text,
    context    text,
    status     integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX encryption_vault_audit_user_id_idx ON mana_model.encryption_vault_audit (user_id);
CREATE INDEX encryption_vault_audit_created_at_idx ON mana_model.encryption_vault_audit (created_at);

CREATE TABLE mana_model.personas (
    user_id        text PRIMARY KEY,
    archetype      text NOT NULL,
    system_prompt  text NOT NULL,
    module_mix     jsonb NOT NULL,
    tick_cadence   text NOT NULL DEFAULT 'daily',
    last_active_at timestamptz,
    created_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX personas_archetype_idx ON mana_model.personas (archetype);

CREATE TABLE mana_model.persona_actions (
    id            text PRIMARY KEY,
    persona_id    text NOT NULL,
    tick_id       text NOT NULL,
    tool_name     text NOT NULL,
    input_hash    text,
    result        text NOT NULL,
    error_message text,
    latency_ms    integer,
    created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX persona_actions_persona_id_created_at_idx ON mana_model.persona_actions (persona_id, created_at);
CREATE INDEX persona_actions_tick_id_idx ON mana_model.persona_actions (tick_id);

CREATE TABLE mana_model.persona_feedback (
    id         text PRIMARY KEY,
    persona_id text NOT NULL,
    tick_id    text NOT NULL,
    module     text NOT NULL,
    rating     smallint NOT NULL,
    notes      text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX persona_feedback_module_created_at_idx ON mana_model.persona_feedback (module, created_at);
CREATE INDEX persona_feedback_persona_id_created_at_idx ON mana_model.persona_feedback (persona_id, created_at);

-- These two go to schema spaces.
CREATE TABLE mana_model.credentials (
    space_id                text NOT NULL,
    provider                text NOT NULL,
    access_token_encrypted  text NOT NULL,
    refresh_token_encrypted text,
    expires_at              timestamptz,
    scopes                  text[],
    provider_account_id     text,
    metadata_json           text,
    created_at              timestamptz NOT NULL DEFAULT now(),
    updated_at              timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (space_id, provider)
);

CREATE TABLE mana_model.module_permissions (
    space_id   text NOT NULL,
    role       text NOT NULL,
    module_id  text NOT NULL,
    can_read   boolean NOT NULL DEFAULT true,
    can_write  boolean NOT NULL DEFAULT false,
    can_admin  boolean NOT NULL DEFAULT false,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (space_id, role, module_id)
);

DO $$
DECLARE
    model      record;
    wanted     record;
    namesake   record;
    home       text;
    live       regclass;
    existing   name;
    definition text;
BEGIN
    FOR model IN
        SELECT c.oid, c.relname
        FROM pg_class c
        WHERE c.relnamespace = 'mana_model'::regnamespace AND c.relkind = 'r'
        ORDER BY c.relname
    LOOP
        home := CASE WHEN model.relname IN ('credentials', 'module_permissions') THEN 'spaces' ELSE 'auth' END;
        live := to_regclass(format('%I.%I', home, model.relname));
        IF live IS NULL THEN
            EXECUTE format('ALTER TABLE mana_model.%I SET SCHEMA %I', model.relname, home);
            CONTINUE;
        END IF;

        -- Columns
        FOR wanted IN
            SELECT a.attname, a.attnotnull,
                   format_type(a.atttypid, a.atttypmod) AS type,
                   replace(pg_get_expr(d.adbin, d.adrelid), 'mana_model.', home || '.') AS value,
                   l.attname IS NOT NULL AS present,
                   l.attnotnull AS live_attnotnull,
                   format_type(l.atttypid, l.atttypmod) AS live_type,
                   pg_get_expr(ld.adbin, ld.adrelid) AS live_value
            FROM pg_attribute a
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            LEFT JOIN pg_attribute l ON l.attrelid = live AND l.attname = a.attname AND NOT l.attisdropped
            LEFT JOIN pg_attrdef ld ON ld.adrelid = l.attrelid AND ld.adnum = l.attnum
            WHERE a.attrelid = model.oid AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum
        LOOP
            IF NOT wanted.present THEN
                EXECUTE format('ALTER TABLE %s ADD COLUMN %I %s', live, wanted.attname, wanted.type)
                    || coalesce(' DEFAULT ' || wanted.value, '')
                    || CASE WHEN wanted.attnotnull THEN ' NOT NULL' ELSE '' END;
                CONTINUE;
            END IF;
            IF wanted.live_type <> wanted.type THEN
                EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', live, wanted.attname);
                EXECUTE format('ALTER TABLE %1$s ALTER COLUMN %2$I TYPE %3$s USING %2$I::text::%3$s',
                        live, wanted.attname, wanted.type);
                wanted.live_value := NULL;
            END IF;
            IF wanted.live_value IS DISTINCT FROM wanted.value THEN
                EXECUTE format('ALTER TABLE %s ALTER COLUMN %I %s', live, wanted.attname,
                        coalesce('SET DEFAULT ' || wanted.value, 'DROP DEFAULT'));
            END IF;
            IF wanted.attnotnull AND NOT wanted.live_attnotnull THEN
                EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', live, wanted.attname);
            ELSIF wanted.live_attnotnull AND NOT wanted.attnotnull THEN
                EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', live, wanted.attname);
            END IF;
        END LOOP;

        -- Keys and checks
        FOR wanted IN
            SELECT conname, contype, pg_get_constraintdef(oid) AS definition
            FROM pg_constraint
            WHERE conrelid = model.oid AND contype IN ('p', 'u', 'c')
            ORDER BY conname
        LOOP
            SELECT conname INTO existing
            FROM pg_constraint
            WHERE conrelid = live AND pg_get_constraintdef(oid) = wanted.definition
            ORDER BY conname <> wanted.conname, conname
            LIMIT 1;
            IF existing IS NOT DISTINCT FROM wanted.conname THEN
                CONTINUE;
            END IF;
            -- Whatever holds the name is something else.
            IF EXISTS (SELECT FROM pg_constraint WHERE conrelid = live AND conname = wanted.conname) THEN
                EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', live, wanted.conname);
            END IF;
            IF existing IS NOT NULL THEN
                EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', live, existing, wanted.conname);
                CONTINUE;
            END IF;
            -- A unique index that is no constraint yet becomes one.
            SELECT i.indexrelid::regclass::text INTO definition
            FROM pg_index i
            WHERE i.indrelid = live AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
              AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
              AND format('UNIQUE (%s)', (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.position)
                                         FROM unnest(i.indkey) WITH ORDINALITY AS k (attnum, position)
                                         JOIN pg_attribute a ON a.attrelid = live AND a.attnum = k.attnum)) = wanted.definition
            LIMIT 1;
            IF wanted.contype = 'u' AND definition IS NOT NULL THEN
                EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I UNIQUE USING INDEX %I', live, wanted.conname,
                        (SELECT relname FROM pg_class WHERE oid = definition::regclass));
            ELSE
                EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', live, wanted.conname, wanted.definition);
            END IF;
        END LOOP;

        -- Plain indexes: the same definition under another name is renamed, a second one is dropped.
        FOR wanted IN
            SELECT c.relname, substring(pg_get_indexdef(i.indexrelid) FROM ' USING .*$') AS definition
            FROM pg_index i
            JOIN pg_class c ON c.oid = i.indexrelid
            WHERE i.indrelid = model.oid AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
            ORDER BY c.relname
        LOOP
            existing := NULL;
            FOR namesake IN
                SELECT c.relname
                FROM pg_index i
                JOIN pg_class c ON c.oid = i.indexrelid
                WHERE i.indrelid = live AND NOT i.indisunique
                  AND substring(pg_get_indexdef(i.indexrelid) FROM ' USING .*$') = wanted.definition
                ORDER BY c.relname <> wanted.relname, c.relname
            LOOP
                IF existing IS NULL THEN
                    existing := namesake.relname;
                ELSE
                    EXECUTE format('DROP INDEX %I.%I', home, namesake.relname);
                END IF;
            END LOOP;
            IF existing IS NOT DISTINCT FROM wanted.relname THEN
                CONTINUE;
            END IF;
            IF to_regclass(format('%I.%I', home, wanted.relname)) IS NOT NULL THEN
                EXECUTE format('DROP INDEX %I.%I', home, wanted.relname);
            END IF;
            IF existing IS NOT NULL THEN
                EXECUTE format('ALTER INDEX %I.%I RENAME TO %I', home, existing, wanted.relname);
            ELSE
                EXECUTE format('CREATE INDEX %I ON %s', wanted.relname, live) || wanted.definition;
            END IF;
        END LOOP;

        EXECUTE format('DROP TABLE mana_model.%I', model.relname);
    END LOOP;
END
$$;

DROP SCHEMA mana_model;

-- Superseded by (email, method, attempted_at).
DO $$
DECLARE
    superseded name;
BEGIN
    FOR superseded IN
        SELECT c.relname
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = 'auth.login_attempts'::regclass AND NOT i.indisunique
          AND pg_get_indexdef(i.indexrelid) LIKE '% USING btree (email, attempted_at)'
    LOOP
        EXECUTE format('DROP INDEX auth.%I', superseded);
    END LOOP;
END
$$;

-- Foreign keys: all of one column, all ON DELETE CASCADE, named <table>_<column>_fkey. members.user_id has none, and
-- gains none: the old service left memberships of deleted users behind.
DO $$
DECLARE
    wanted   record;
    found    record;
    existing name;
    named    name;
BEGIN
    FOR wanted IN
        SELECT k.child::regclass AS child, k.child_column, k.parent::regclass AS parent, k.parent_column
        FROM (VALUES
            ('auth.sessions', 'user_id', 'auth.users', 'id'),
            ('auth.accounts', 'user_id', 'auth.users', 'id'),
            ('auth.passwords', 'user_id', 'auth.users', 'id'),
            ('auth.two_factor_auth', 'user_id', 'auth.users', 'id'),
            ('auth.security_events', 'user_id', 'auth.users', 'id'),
            ('auth.passkeys', 'user_id', 'auth.users', 'id'),
            ('auth.user_settings', 'user_id', 'auth.users', 'id'),
            ('auth.members', 'organization_id', 'auth.organizations', 'id'),
            ('auth.invitations', 'organization_id', 'auth.organizations', 'id'),
            ('auth.api_keys', 'user_id', 'auth.users', 'id'),
            ('auth.encryption_vaults', 'user_id', 'auth.users', 'id'),
            ('auth.encryption_vault_audit', 'user_id', 'auth.users', 'id'),
            ('auth.personas', 'user_id', 'auth.users', 'id'),
            ('auth.persona_actions', 'persona_id', 'auth.personas', 'user_id'),
            ('auth.persona_feedback', 'persona_id', 'auth.personas', 'user_id'),
            ('spaces.credentials', 'space_id', 'auth.organizations', 'id'),
            ('spaces.module_permissions', 'space_id', 'auth.organizations', 'id'))
            AS k (child, child_column, parent, parent_column)
    LOOP
        named := (SELECT relname FROM pg_class WHERE oid = wanted.child) || '_' || wanted.child_column || '_fkey';
        existing := NULL;
        FOR found IN
            SELECT conname,
                   pg_get_constraintdef(oid) = format('FOREIGN KEY (%I) REFERENCES %s(%I) ON DELETE CASCADE',
                           wanted.child_column, wanted.parent, wanted.parent_column) AS as_wanted
            FROM pg_constraint
            WHERE conrelid = wanted.child AND contype = 'f'
              AND conkey = ARRAY[(SELECT attnum FROM pg_attribute
                                  WHERE attrelid = wanted.child AND attname = wanted.child_column)]
            ORDER BY conname <> named, conname
        LOOP
            IF found.as_wanted AND existing IS NULL THEN
                existing := found.conname;
            ELSE
                EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', wanted.child, found.conname);
            END IF;
        END LOOP;
        IF existing IS NULL THEN
            EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES %s (%I) ON DELETE CASCADE',
                    wanted.child, named, wanted.child_column, wanted.parent, wanted.parent_column);
        ELSIF existing <> named THEN
            EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', wanted.child, existing, named);
        END IF;
    END LOOP;
END
$$;

ALTER TABLE auth.encryption_vaults ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE auth.encryption_vault_audit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
