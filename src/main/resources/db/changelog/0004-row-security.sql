--liquibase formatted sql

-- Row-level security on the tables that hold a user's keys and trail. Policies go to groups, never to login roles. The
-- boot checks compare what is here, word for word, with what they expect (BootChecks).

--changeset mana:0004-old-policies splitStatements:false stripComments:false
-- Whatever the old database had: several permissive policies would add up.
DO $$
DECLARE
    old record;
BEGIN
    FOR old IN
        SELECT tablename, policyname
        FROM pg_catalog.pg_policies
        WHERE schemaname = 'auth' AND tablename IN ('encryption_vaults', 'encryption_vault_audit', 'replaced_recovery_wraps')
    LOOP
        EXECUTE format('DROP POLICY %I ON auth.%I', old.policyname, old.tablename);
    END LOOP;
END
$$;

--changeset mana:0004-policies splitStatements:false stripComments:false
ALTER TABLE auth.encryption_vaults ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE auth.encryption_vault_audit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE auth.replaced_recovery_wraps ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- nullif: once a transaction-local setting has ended, it reads '' and not NULL on a pooled connection.
CREATE POLICY encryption_vaults_user_isolation ON auth.encryption_vaults FOR ALL TO mana_app
    USING (user_id = nullif(current_setting('app.current_user_id', true), ''))
    WITH CHECK (user_id = nullif(current_setting('app.current_user_id', true), ''));
CREATE POLICY encryption_vault_audit_user_isolation ON auth.encryption_vault_audit FOR ALL TO mana_app
    USING (user_id = nullif(current_setting('app.current_user_id', true), ''))
    WITH CHECK (user_id = nullif(current_setting('app.current_user_id', true), ''));
CREATE POLICY replaced_recovery_wraps_user_isolation ON auth.replaced_recovery_wraps FOR ALL TO mana_app
    USING (user_id = nullif(current_setting('app.current_user_id', true), ''))
    WITH CHECK (user_id = nullif(current_setting('app.current_user_id', true), ''));

CREATE POLICY encryption_vaults_maintenance_read ON auth.encryption_vaults FOR SELECT TO mana_maintenance USING (true);
CREATE POLICY encryption_vaults_maintenance_rewrap ON auth.encryption_vaults FOR UPDATE TO mana_maintenance
    USING (true) WITH CHECK (true);
CREATE POLICY replaced_recovery_wraps_maintenance_read ON auth.replaced_recovery_wraps FOR SELECT TO mana_maintenance
    USING (true);
CREATE POLICY replaced_recovery_wraps_maintenance_expiry ON auth.replaced_recovery_wraps FOR DELETE TO mana_maintenance
    USING (replaced_at < now() - make_interval(days => 30));

CREATE POLICY encryption_vault_audit_auditor_read ON auth.encryption_vault_audit FOR SELECT TO mana_auditor USING (true);

CREATE POLICY encryption_vaults_backup_read ON auth.encryption_vaults FOR SELECT TO mana_backup USING (true);
CREATE POLICY encryption_vault_audit_backup_read ON auth.encryption_vault_audit FOR SELECT TO mana_backup USING (true);
CREATE POLICY replaced_recovery_wraps_backup_read ON auth.replaced_recovery_wraps FOR SELECT TO mana_backup USING (true);
