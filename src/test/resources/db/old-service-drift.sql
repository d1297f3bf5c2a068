-- What the old service's scripts could leave behind: made by a push instead of the scripts, or by only some of them.
ALTER TABLE auth.encryption_vaults
    DROP CONSTRAINT encryption_vaults_has_wrap,
    DROP CONSTRAINT encryption_vaults_wrap_iv_pair,
    DROP CONSTRAINT encryption_vaults_zk_consistency;
DROP POLICY encryption_vaults_user_isolation ON auth.encryption_vaults;
DROP POLICY encryption_vault_audit_user_isolation ON auth.encryption_vault_audit;
ALTER TABLE auth.encryption_vaults NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;
ALTER TABLE auth.encryption_vault_audit NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;
ALTER TYPE auth.access_tier SET SCHEMA public;

ALTER TABLE auth.passkeys RENAME COLUMN name TO friendly_name;
ALTER TABLE auth.passkeys ALTER COLUMN transports TYPE jsonb USING to_jsonb(string_to_array(transports, ','));
DROP INDEX auth.login_attempts_email_method_time_idx;
ALTER TABLE auth.login_attempts DROP COLUMN method;
CREATE INDEX login_attempts_email_time_idx ON auth.login_attempts (email, attempted_at);

-- Names as Postgres chooses them, a key that is only an index, a key missing, a wrong ON DELETE, a default and NOT NULLs lost.
ALTER TABLE auth.sessions RENAME CONSTRAINT sessions_user_id_users_id_fk TO sessions_user_id_fkey;
ALTER TABLE auth.users DROP CONSTRAINT users_email_unique;
CREATE UNIQUE INDEX users_email_unique_idx ON auth.users (email);
ALTER TABLE auth.organizations DROP CONSTRAINT organizations_slug_unique;
ALTER TABLE auth.encryption_vault_audit DROP CONSTRAINT encryption_vault_audit_user_id_users_id_fk;
ALTER TABLE auth.accounts DROP CONSTRAINT accounts_user_id_users_id_fk,
    ADD CONSTRAINT accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id);
ALTER TABLE auth.encryption_vaults ALTER COLUMN kek_id DROP DEFAULT, ALTER COLUMN recovery_format_version DROP NOT NULL;
ALTER TABLE auth.organizations ALTER COLUMN created_at DROP DEFAULT, ALTER COLUMN name DROP NOT NULL;
DROP INDEX auth.encryption_vaults_user_id_idx, auth.members_user_id_idx;
CREATE INDEX invitations_by_email ON auth.invitations (email);
DROP TABLE auth.passwords;
GRANT SELECT, UPDATE ON auth.encryption_vault_audit TO PUBLIC;
