-- A database as the old service left it: its tables (contract A3), constraint names as its tools chose them, and rows.
CREATE SCHEMA auth;
CREATE SCHEMA spaces;
CREATE TYPE auth.user_role AS ENUM ('user', 'admin', 'service');
CREATE TYPE auth.access_tier AS ENUM ('guest', 'public', 'beta', 'alpha', 'founder');
CREATE TYPE auth.user_kind AS ENUM ('human', 'persona', 'system');

CREATE TABLE auth.users (
    "id" text PRIMARY KEY NOT NULL,
    "name" text NOT NULL,
    "email" text NOT NULL,
    "email_verified" boolean DEFAULT false NOT NULL,
    "image" text,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT now() NOT NULL,
    "role" auth.user_role DEFAULT 'user' NOT NULL,
    "access_tier" auth.access_tier DEFAULT 'public' NOT NULL,
    "kind" auth.user_kind DEFAULT 'human' NOT NULL,
    "two_factor_enabled" boolean DEFAULT false,
    "deleted_at" timestamp with time zone,
    "onboarding_completed_at" timestamp with time zone,
    "feedback_show_real_name" boolean DEFAULT false NOT NULL,
    "feedback_karma" integer DEFAULT 0 NOT NULL,
    CONSTRAINT "users_email_unique" UNIQUE("email")
);
CREATE TABLE auth.sessions (
    "id" text PRIMARY KEY NOT NULL,
    "expires_at" timestamp with time zone NOT NULL,
    "token" text NOT NULL,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT now() NOT NULL,
    "ip_address" text,
    "user_agent" text,
    "user_id" text NOT NULL,
    "refresh_token" text,
    "refresh_token_expires_at" timestamp with time zone,
    "device_id" text,
    "device_name" text,
    "last_activity_at" timestamp with time zone DEFAULT now(),
    "revoked_at" timestamp with time zone,
    "remember_me" boolean DEFAULT false,
    CONSTRAINT "sessions_token_unique" UNIQUE("token"),
    CONSTRAINT "sessions_refresh_token_unique" UNIQUE("refresh_token")
);
CREATE TABLE auth.accounts (
    "id" text PRIMARY KEY NOT NULL,
    "account_id" text NOT NULL,
    "provider_id" text NOT NULL,
    "user_id" text NOT NULL,
    "access_token" text,
    "refresh_token" text,
    "id_token" text,
    "scope" text,
    "access_token_expires_at" timestamp with time zone,
    "refresh_token_expires_at" timestamp with time zone,
    "password" text,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE auth.verification (
    "id" text PRIMARY KEY NOT NULL,
    "identifier" text NOT NULL,
    "value" text NOT NULL,
    "expires_at" timestamp with time zone NOT NULL,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
CREATE INDEX "verification_identifier_idx" ON auth.verification USING btree ("identifier");
CREATE TABLE auth.passwords (
    "user_id" text PRIMARY KEY NOT NULL,
    "hashed_password" text NOT NULL,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE auth.two_factor_auth (
    "user_id" text PRIMARY KEY NOT NULL,
    "secret" text NOT NULL,
    "enabled" boolean DEFAULT false NOT NULL,
    "backup_codes" text NOT NULL,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL,
    "enabled_at" timestamp with time zone
);
CREATE TABLE auth.security_events (
    "id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
    "user_id" text,
    "event_type" text NOT NULL,
    "ip_address" text,
    "user_agent" text,
    "metadata" jsonb,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE auth.jwks (
    "id" text PRIMARY KEY NOT NULL,
    "public_key" text NOT NULL,
    "private_key" text NOT NULL,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE auth.passkeys (
    "id" text PRIMARY KEY NOT NULL,
    "user_id" text NOT NULL,
    "credential_id" text NOT NULL,
    "public_key" text NOT NULL,
    "counter" integer DEFAULT 0 NOT NULL,
    "device_type" text NOT NULL,
    "backed_up" boolean DEFAULT false NOT NULL,
    "transports" text,
    "name" text,
    "aaguid" text,
    "last_used_at" timestamp with time zone,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT "passkeys_credential_id_unique" UNIQUE("credential_id")
);
CREATE INDEX "passkeys_user_id_idx" ON auth.passkeys ("user_id");
CREATE TABLE auth.user_settings (
    "user_id" text PRIMARY KEY NOT NULL,
    "global_settings" jsonb DEFAULT '{"nav":{"desktopPosition":"top","sidebarCollapsed":false},"theme":{"mode":"system","colorScheme":"ocean"},"locale":"de"}'::jsonb NOT NULL,
    "app_overrides" jsonb DEFAULT '{}'::jsonb NOT NULL,
    "device_settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE auth.login_attempts (
    "id" serial PRIMARY KEY NOT NULL,
    "email" text NOT NULL,
    "ip_address" text,
    "successful" boolean DEFAULT false NOT NULL,
    "attempted_at" timestamp with time zone DEFAULT now() NOT NULL,
    "method" text DEFAULT 'password' NOT NULL
);
CREATE INDEX "login_attempts_email_method_time_idx" ON auth.login_attempts ("email", "method", "attempted_at");
CREATE TABLE auth.organizations (
    "id" text PRIMARY KEY NOT NULL,
    "name" text NOT NULL,
    "slug" text,
    "logo" text,
    "metadata" jsonb,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT "organizations_slug_unique" UNIQUE("slug")
);
CREATE INDEX "organizations_slug_idx" ON auth.organizations ("slug");
CREATE TABLE auth.members (
    "id" text PRIMARY KEY NOT NULL,
    "organization_id" text NOT NULL,
    "user_id" text NOT NULL,
    "role" text NOT NULL,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL
);
CREATE INDEX "members_organization_id_idx" ON auth.members ("organization_id");
CREATE INDEX "members_user_id_idx" ON auth.members ("user_id");
CREATE INDEX "members_organization_user_idx" ON auth.members ("organization_id", "user_id");
CREATE TABLE auth.invitations (
    "id" text PRIMARY KEY NOT NULL,
    "organization_id" text NOT NULL,
    "email" text NOT NULL,
    "role" text NOT NULL,
    "status" text NOT NULL,
    "expires_at" timestamp with time zone NOT NULL,
    "inviter_id" text,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL
);
CREATE INDEX "invitations_organization_id_idx" ON auth.invitations ("organization_id");
CREATE INDEX "invitations_email_idx" ON auth.invitations ("email");
CREATE INDEX "invitations_status_idx" ON auth.invitations ("status");
CREATE TABLE auth.api_keys (
    "id" text PRIMARY KEY NOT NULL,
    "user_id" text NOT NULL,
    "name" text NOT NULL,
    "key_prefix" text NOT NULL,
    "key_hash" text NOT NULL,
    "scopes" jsonb DEFAULT '["stt","tts"]'::jsonb NOT NULL,
    "rate_limit_requests" integer DEFAULT 60 NOT NULL,
    "rate_limit_window" integer DEFAULT 60 NOT NULL,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL,
    "last_used_at" timestamp with time zone,
    "revoked_at" timestamp with time zone
);
CREATE INDEX "api_keys_key_hash_idx" ON auth.api_keys ("key_hash");
CREATE TABLE auth.encryption_vaults (
    "user_id" text PRIMARY KEY NOT NULL,
    "wrapped_mk" text,
    "wrap_iv" text,
    "format_version" smallint DEFAULT 1 NOT NULL,
    "kek_id" text DEFAULT 'env-v1' NOT NULL,
    "recovery_wrapped_mk" text,
    "recovery_iv" text,
    "recovery_format_version" smallint DEFAULT 1 NOT NULL,
    "recovery_set_at" timestamp with time zone,
    "zero_knowledge" boolean DEFAULT false NOT NULL,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL,
    "rotated_at" timestamp with time zone
);
CREATE INDEX "encryption_vaults_user_id_idx" ON auth.encryption_vaults ("user_id");
CREATE TABLE auth.encryption_vault_audit (
    "id" text PRIMARY KEY NOT NULL,
    "user_id" text NOT NULL,
    "action" text NOT NULL,
    "ip_address" text,
    "user_agent" text,
    "context" text,
    "status" integer NOT NULL,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL
);
CREATE INDEX "encryption_vault_audit_user_id_idx" ON auth.encryption_vault_audit ("user_id");
CREATE INDEX "encryption_vault_audit_created_at_idx" ON auth.encryption_vault_audit ("created_at");
CREATE TABLE auth.personas (
    "user_id" text PRIMARY KEY NOT NULL,
    "archetype" text NOT NULL,
    "system_prompt" text NOT NULL,
    "module_mix" jsonb NOT NULL,
    "tick_cadence" text DEFAULT 'daily' NOT NULL,
    "last_active_at" timestamp with time zone,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL
);
CREATE INDEX "personas_archetype_idx" ON auth.personas ("archetype");
CREATE TABLE auth.persona_actions (
    "id" text PRIMARY KEY NOT NULL,
    "persona_id" text NOT NULL,
    "tick_id" text NOT NULL,
    "tool_name" text NOT NULL,
    "input_hash" text,
    "result" text NOT NULL,
    "error_message" text,
    "latency_ms" integer,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL
);
CREATE INDEX "persona_actions_persona_created_idx" ON auth.persona_actions ("persona_id", "created_at");
CREATE INDEX "persona_actions_tick_idx" ON auth.persona_actions ("tick_id");
CREATE TABLE auth.persona_feedback (
    "id" text PRIMARY KEY NOT NULL,
    "persona_id" text NOT NULL,
    "tick_id" text NOT NULL,
    "module" text NOT NULL,
    "rating" smallint NOT NULL,
    "notes" text,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL
);
CREATE INDEX "persona_feedback_module_created_idx" ON auth.persona_feedback ("module", "created_at");
CREATE INDEX "persona_feedback_persona_created_idx" ON auth.persona_feedback ("persona_id", "created_at");
CREATE TABLE spaces.credentials (
    "space_id" text NOT NULL,
    "provider" text NOT NULL,
    "access_token_encrypted" text NOT NULL,
    "refresh_token_encrypted" text,
    "expires_at" timestamp with time zone,
    "scopes" text[],
    "provider_account_id" text,
    "metadata_json" text,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT "credentials_space_id_provider_pk" PRIMARY KEY("space_id","provider")
);
CREATE TABLE spaces.module_permissions (
    "space_id" text NOT NULL,
    "role" text NOT NULL,
    "module_id" text NOT NULL,
    "can_read" boolean DEFAULT true NOT NULL,
    "can_write" boolean DEFAULT false NOT NULL,
    "can_admin" boolean DEFAULT false NOT NULL,
    "updated_at" timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT "module_permissions_space_id_role_module_id_pk" PRIMARY KEY("space_id","role","module_id")
);

ALTER TABLE auth.sessions ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES auth.users("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE auth.accounts ADD CONSTRAINT "accounts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES auth.users("id") ON DELETE cascade;
ALTER TABLE auth.passwords ADD CONSTRAINT "passwords_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES auth.users("id") ON DELETE cascade;
ALTER TABLE auth.two_factor_auth ADD CONSTRAINT "two_factor_auth_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES auth.users("id") ON DELETE cascade;
ALTER TABLE auth.security_events ADD CONSTRAINT "security_events_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES auth.users("id") ON DELETE cascade;
ALTER TABLE auth.passkeys ADD CONSTRAINT "passkeys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES auth.users("id") ON DELETE cascade;
ALTER TABLE auth.user_settings ADD CONSTRAINT "user_settings_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES auth.users("id") ON DELETE cascade;
ALTER TABLE auth.members ADD CONSTRAINT "members_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES auth.organizations("id") ON DELETE cascade;
ALTER TABLE auth.invitations ADD CONSTRAINT "invitations_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES auth.organizations("id") ON DELETE cascade;
ALTER TABLE auth.api_keys ADD CONSTRAINT "api_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES auth.users("id") ON DELETE cascade;
ALTER TABLE auth.encryption_vaults ADD CONSTRAINT "encryption_vaults_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES auth.users("id") ON DELETE cascade;
ALTER TABLE auth.encryption_vault_audit ADD CONSTRAINT "encryption_vault_audit_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES auth.users("id") ON DELETE cascade;
ALTER TABLE auth.personas ADD CONSTRAINT "personas_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES auth.users("id") ON DELETE cascade;
ALTER TABLE auth.persona_actions ADD CONSTRAINT "persona_actions_persona_id_personas_user_id_fk" FOREIGN KEY ("persona_id") REFERENCES auth.personas("user_id") ON DELETE cascade;
ALTER TABLE auth.persona_feedback ADD CONSTRAINT "persona_feedback_persona_id_personas_user_id_fk" FOREIGN KEY ("persona_id") REFERENCES auth.personas("user_id") ON DELETE cascade;
ALTER TABLE spaces.credentials ADD CONSTRAINT "credentials_space_id_organizations_id_fk" FOREIGN KEY ("space_id") REFERENCES auth.organizations("id") ON DELETE cascade;
ALTER TABLE spaces.module_permissions ADD CONSTRAINT "module_permissions_space_id_organizations_id_fk" FOREIGN KEY ("space_id") REFERENCES auth.organizations("id") ON DELETE cascade;

ALTER TABLE auth.encryption_vaults ADD CONSTRAINT encryption_vaults_has_wrap
    CHECK (wrapped_mk IS NOT NULL OR recovery_wrapped_mk IS NOT NULL);
ALTER TABLE auth.encryption_vaults ADD CONSTRAINT encryption_vaults_wrap_iv_pair
    CHECK ((wrapped_mk IS NULL) = (wrap_iv IS NULL) AND (recovery_wrapped_mk IS NULL) = (recovery_iv IS NULL));
ALTER TABLE auth.encryption_vaults ADD CONSTRAINT encryption_vaults_zk_consistency
    CHECK (zero_knowledge = false OR (wrapped_mk IS NULL AND recovery_wrapped_mk IS NOT NULL));
ALTER TABLE auth.encryption_vaults ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.encryption_vaults FORCE ROW LEVEL SECURITY;
CREATE POLICY encryption_vaults_user_isolation ON auth.encryption_vaults FOR ALL
    USING (user_id = current_setting('app.current_user_id', true))
    WITH CHECK (user_id = current_setting('app.current_user_id', true));
ALTER TABLE auth.encryption_vault_audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.encryption_vault_audit FORCE ROW LEVEL SECURITY;
CREATE POLICY encryption_vault_audit_user_isolation ON auth.encryption_vault_audit FOR ALL
    USING (user_id = current_setting('app.current_user_id', true))
    WITH CHECK (user_id = current_setting('app.current_user_id', true));

-- Rows. As a superuser, as the old service ran.
INSERT INTO auth.users (id, name, email, role, access_tier, kind, deleted_at) VALUES
    ('u1', 'Ada', 'ada@example.org', 'admin', 'founder', 'human', NULL),
    ('u2', 'Bert', 'bert@example.org', 'user', 'public', 'human', NULL),
    ('u3', 'Cleo', 'cleo@example.org', 'user', 'beta', 'human', '2026-03-01T00:00:00Z'),
    ('u4', 'Dora', 'dora@example.org', 'user', 'guest', 'human', NULL),
    ('u5', 'Robot', 'robot@example.org', 'service', 'alpha', 'persona', NULL);
INSERT INTO auth.sessions (id, expires_at, token, user_id, ip_address, user_agent) VALUES
    ('s1', '2027-01-01T00:00:00Z', 't1', 'u1', '192.0.2.1', 'Firefox'),
    ('s2', '2025-01-01T00:00:00Z', 't2', 'u2', NULL, NULL);
INSERT INTO auth.accounts (id, account_id, provider_id, user_id, password) VALUES
    ('a1', 'u1', 'credential', 'u1', 'salt:hash'), ('a2', 'u2', 'credential', 'u2', 'salt:hash');
INSERT INTO auth.verification (id, identifier, value, expires_at) VALUES
    ('v1', 'ada@example.org', 'x', '2026-01-01T00:00:00Z'), ('v2', 'reset-password:r1', 'u1', '2026-01-01T00:00:00Z');
INSERT INTO auth.two_factor_auth (user_id, secret, enabled, backup_codes) VALUES ('u1', 'sealed', true, 'sealed');
INSERT INTO auth.security_events (user_id, event_type, metadata) VALUES ('u1', 'LOGIN_SUCCESS', '{"a":1}'), (NULL, 'LOGIN_FAILURE', NULL);
INSERT INTO auth.jwks (id, public_key, private_key) VALUES ('kid1', '{"crv":"Ed25519","kty":"OKP","x":"AA"}', '"sealed"');
INSERT INTO auth.passkeys (id, user_id, credential_id, public_key, device_type, transports, name) VALUES
    ('p1', 'u1', 'c1', 'AA==', 'multiDevice', 'internal,hybrid', 'Phone'), ('p2', 'u2', 'c2', 'AA==', 'singleDevice', NULL, NULL);
INSERT INTO auth.user_settings (user_id) VALUES ('u1');
INSERT INTO auth.login_attempts (email, ip_address, successful) VALUES ('ada@example.org', '192.0.2.1', true), ('x@example.org', NULL, false);
INSERT INTO auth.organizations (id, name, slug, metadata) VALUES ('o1', 'Guild', 'guild', '{}'), ('o2', 'No slug', NULL, NULL);
INSERT INTO auth.members (id, organization_id, user_id, role) VALUES ('m1', 'o1', 'u1', 'owner'), ('m2', 'o1', 'long-gone', 'member');
INSERT INTO auth.invitations (id, organization_id, email, role, status, expires_at) VALUES ('i1', 'o1', 'new@example.org', 'member', 'pending', '2027-01-01T00:00:00Z');
INSERT INTO auth.api_keys (id, user_id, name, key_prefix, key_hash) VALUES ('k1', 'u1', 'CI', 'sk_', 'hash');
-- Standard, standard with a recovery wrap of another KEK, zero-knowledge, zero-knowledge with junk the old service took.
INSERT INTO auth.encryption_vaults (user_id, wrapped_mk, wrap_iv, kek_id, recovery_wrapped_mk, recovery_iv, recovery_set_at, zero_knowledge) VALUES
    ('u1', repeat('A', 64), repeat('B', 16), 'env-v1', NULL, NULL, NULL, false),
    ('u2', repeat('C', 64), repeat('D', 16), 'env-v2', repeat('E', 64), repeat('F', 16), '2026-02-01T00:00:00Z', false),
    ('u3', NULL, NULL, 'env-v0', repeat('G', 64), repeat('H', 16), '2026-02-02T00:00:00Z', true),
    ('u4', NULL, NULL, 'env-v1', 'not base64 at all', '!', '2026-02-03T00:00:00Z', true);
INSERT INTO auth.encryption_vault_audit (id, user_id, action, ip_address, user_agent, context, status) VALUES
    ('aud1', 'u1', 'init', '192.0.2.1', 'Firefox', 'created', 201), ('aud2', 'u1', 'fetch', NULL, NULL, NULL, 200),
    ('aud3', 'u3', 'zk_enable', NULL, NULL, NULL, 200);
INSERT INTO auth.personas (user_id, archetype, system_prompt, module_mix) VALUES ('u5', 'writer', 'You …', '{"notes":1}');
INSERT INTO auth.persona_actions (id, persona_id, tick_id, tool_name, result) VALUES ('pa1', 'u5', 'tick', 'tool', 'ok');
INSERT INTO auth.persona_feedback (id, persona_id, tick_id, module, rating) VALUES ('pf1', 'u5', 'tick', 'notes', 4);
INSERT INTO spaces.credentials (space_id, provider, access_token_encrypted, scopes) VALUES ('o1', 'mail', 'sealed', ARRAY['a', 'b']);
INSERT INTO spaces.module_permissions (space_id, role, module_id) VALUES ('o1', 'owner', 'notes');
