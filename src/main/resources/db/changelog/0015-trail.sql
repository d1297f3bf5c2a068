--liquibase formatted sql

-- The trail proves itself. Every row of it is sealed a moment after it was committed: a link of its user's chain, made with a key
-- that the database does not hold. Heads, which are signed, cover the links in batches. Who does that and who checks it is the
-- package audit.seal.

--changeset mana:0015-commit-order splitStatements:false stripComments:false
-- Which transaction wrote a row: what is below pg_snapshot_xmin is there for good, so that sealing need never look back. Added
-- empty first: no row is rewritten. NULL is older than the column.
ALTER TABLE auth.encryption_vault_audit ADD COLUMN xid xid8;
ALTER TABLE auth.encryption_vault_audit ALTER COLUMN xid SET DEFAULT pg_catalog.pg_current_xact_id();
ALTER TABLE auth.erasure_receipts ADD COLUMN xid xid8;
ALTER TABLE auth.erasure_receipts ALTER COLUMN xid SET DEFAULT pg_catalog.pg_current_xact_id();
COMMENT ON COLUMN auth.encryption_vault_audit.xid IS 'The transaction that wrote the row. NULL: older than this column.';
COMMENT ON COLUMN auth.erasure_receipts.xid IS 'The transaction that wrote the row. NULL: older than this column.';
-- It only ever grows at its end, which is the cheapest an index can do.
CREATE INDEX encryption_vault_audit_xid_idx ON auth.encryption_vault_audit (xid) WHERE xid IS NOT NULL;
CREATE INDEX erasure_receipts_xid_idx ON auth.erasure_receipts (xid) WHERE xid IS NOT NULL;
-- For owners, who read their own newest first. Instead of the one on user_id alone: an insert keeps as many as it did, and one.
CREATE INDEX encryption_vault_audit_user_id_created_at_idx ON auth.encryption_vault_audit (user_id, created_at);
DROP INDEX auth.encryption_vault_audit_user_id_idx;

-- Who serves says what happened. When, and in which transaction, the database says.
REVOKE INSERT ON auth.encryption_vault_audit FROM mana_app;
GRANT INSERT (id, user_id, action, ip_address, user_agent, context, status) ON auth.encryption_vault_audit TO mana_app;

--changeset mana:0015-tables splitStatements:false stripComments:false
CREATE TABLE auth.audit_keys (
    id             text PRIMARY KEY,
    purpose        text NOT NULL CONSTRAINT audit_keys_purpose_known CHECK (purpose IN ('seal', 'head')),
    public_key     bytea CONSTRAINT audit_keys_public_key_length CHECK (octet_length(public_key) = 32),
    wrapped_key    text NOT NULL,
    wrap_iv        text NOT NULL,
    format_version smallint NOT NULL,
    kek_id         text NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT audit_keys_heads_are_public CHECK ((purpose = 'head') = (public_key IS NOT NULL))
);
COMMENT ON TABLE auth.audit_keys IS 'Keys that seal the trail and sign its heads, wrapped by a KEK. A row counts only if it opens.';

-- No foreign keys: a seal has to outlive what it speaks of, or nobody would know that it is gone.
CREATE TABLE auth.audit_seal (
    ordinal  bigint PRIMARY KEY CONSTRAINT audit_seal_ordinal_positive CHECK (ordinal > 0),
    user_id  text NOT NULL,
    erasure  uuid,
    seq      bigint NOT NULL CONSTRAINT audit_seal_seq_positive CHECK (seq > 0),
    audit_id text NOT NULL,
    key_id   text NOT NULL,
    link     bytea NOT NULL CONSTRAINT audit_seal_link_length CHECK (octet_length(link) = 32),
    CONSTRAINT audit_seal_chain UNIQUE NULLS NOT DISTINCT (user_id, seq, erasure),
    CONSTRAINT audit_seal_receipts_are_not_erased CHECK (user_id <> '' OR erasure IS NULL)
);
-- A row of the trail and a receipt may have one id: who writes a row gives it its id.
CREATE UNIQUE INDEX audit_seal_once ON auth.audit_seal (audit_id, (user_id = ''));
COMMENT ON TABLE auth.audit_seal IS 'One link for each sealed row of the trail, a chain for each user. Append-only.';
COMMENT ON COLUMN auth.audit_seal.ordinal IS 'Counts all seals from 1, without a gap.';
COMMENT ON COLUMN auth.audit_seal.user_id IS
    'Whose chain; '''' is the chain of the erasure receipts. Of an erased user, the subject of the receipt.';
COMMENT ON COLUMN auth.audit_seal.erasure IS 'The receipt of the erasure that ended this chain.';
COMMENT ON COLUMN auth.audit_seal.link IS
    'HMAC-SHA-256 under the audit key over the row, the place in the chain and the link before.';

CREATE TABLE auth.audit_heads (
    number         bigint PRIMARY KEY CONSTRAINT audit_heads_number_positive CHECK (number > 0),
    kind           text NOT NULL CONSTRAINT audit_heads_kind_known CHECK (kind IN ('batch', 'checkpoint')),
    previous       bytea NOT NULL CONSTRAINT audit_heads_previous_length CHECK (octet_length(previous) = 32),
    last_ordinal   bigint NOT NULL,
    pruned_ordinal bigint NOT NULL,
    digest         bytea NOT NULL CONSTRAINT audit_heads_digest_length CHECK (octet_length(digest) = 32),
    chains         bytea NOT NULL,
    sealed_at      timestamptz NOT NULL,
    key_id         text NOT NULL,
    signature      bytea NOT NULL CONSTRAINT audit_heads_signature_length CHECK (octet_length(signature) = 64),
    xid            xid8 NOT NULL DEFAULT pg_catalog.pg_current_xact_id(),
    next_xid       xid8 NOT NULL,
    next_id        text NOT NULL,
    sweep_at       text,
    sweep_id       text,
    CONSTRAINT audit_heads_sweep_whole CHECK ((sweep_at IS NULL) = (sweep_id IS NULL))
);
COMMENT ON TABLE auth.audit_heads IS 'Signed statements of what was sealed, each with the hash of the one before. Append-only.';
COMMENT ON COLUMN auth.audit_heads.chains IS
    'Of each chain that the batch went on with: SHA-256 of the user as in a receipt, and the last place in the chain.';
COMMENT ON COLUMN auth.audit_heads.xid IS
    'The transaction that wrote the head. Differs from the system column xmin once the database was restored from a dump.';
COMMENT ON COLUMN auth.audit_heads.next_xid IS 'Rows of earlier transactions were looked at, and of this one up to next_id.';
COMMENT ON COLUMN auth.audit_heads.sweep_at IS
    'Until when rows of transactions before next_xid were looked at, oldest first: a time, as it is signed. NULL: all of them.';

--changeset mana:0015-wraps splitStatements:false stripComments:false
-- As 0013-wraps. Who makes a trigger needs the right to its function for that moment, which the function's owner gives.
SELECT set_config('mana.migrating', current_user, true);
SET LOCAL ROLE mana_maintenance;
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION auth.wrap_guard() TO %I', current_setting('mana.migrating')); END $$;
SELECT set_config('role', current_setting('mana.migrating'), true);
CREATE TRIGGER audit_keys_wrap_is_made BEFORE INSERT ON auth.audit_keys
    FOR EACH ROW EXECUTE FUNCTION auth.wrap_guard();
CREATE TRIGGER audit_keys_wrap_is_changed BEFORE UPDATE ON auth.audit_keys
    FOR EACH ROW WHEN ((NEW.wrapped_key, NEW.wrap_iv, NEW.format_version, NEW.kek_id)
            IS DISTINCT FROM (OLD.wrapped_key, OLD.wrap_iv, OLD.format_version, OLD.kek_id))
    EXECUTE FUNCTION auth.wrap_guard();
SET LOCAL ROLE mana_maintenance;
DO $$ BEGIN EXECUTE format('REVOKE EXECUTE ON FUNCTION auth.wrap_guard() FROM %I', current_setting('mana.migrating')); END $$;
SELECT set_config('role', current_setting('mana.migrating'), true);

--changeset mana:0015-row-security splitStatements:false stripComments:false
ALTER TABLE auth.audit_seal ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_seal_user_isolation ON auth.audit_seal FOR ALL TO mana_app
    USING (user_id = nullif(current_setting('app.current_user_id', true), ''))
    WITH CHECK (user_id = nullif(current_setting('app.current_user_id', true), ''));
CREATE POLICY audit_seal_auditor_read ON auth.audit_seal FOR SELECT TO mana_auditor USING (true);
CREATE POLICY audit_seal_auditor_append ON auth.audit_seal FOR INSERT TO mana_auditor WITH CHECK (true);
CREATE POLICY audit_seal_eraser_read ON auth.audit_seal FOR SELECT TO mana_eraser USING (true);
CREATE POLICY audit_seal_eraser_erasure ON auth.audit_seal FOR UPDATE TO mana_eraser
    USING (erasure IS NULL AND user_id = nullif(current_setting('app.current_user_id', true), ''))
    WITH CHECK (erasure IS NOT NULL);
CREATE POLICY audit_seal_eraser_prune ON auth.audit_seal FOR DELETE TO mana_eraser USING (true);
CREATE POLICY audit_seal_backup_read ON auth.audit_seal FOR SELECT TO mana_backup USING (true);
CREATE POLICY encryption_vault_audit_eraser_read ON auth.encryption_vault_audit FOR SELECT TO mana_eraser USING (true);
CREATE POLICY encryption_vault_audit_eraser_prune ON auth.encryption_vault_audit FOR DELETE TO mana_eraser USING (true);

--changeset mana:0015-grants splitStatements:false stripComments:false
REVOKE ALL ON auth.audit_keys, auth.audit_seal, auth.audit_heads FROM PUBLIC, mana_app;
GRANT SELECT, INSERT ON auth.audit_keys, auth.audit_seal, auth.audit_heads TO mana_auditor;
GRANT SELECT (id, created_at) ON auth.users TO mana_auditor;
GRANT SELECT, UPDATE (wrapped_key, wrap_iv, format_version, kek_id) ON auth.audit_keys TO mana_maintenance;
GRANT SELECT ON auth.audit_keys, auth.audit_seal, auth.audit_heads TO mana_backup;
GRANT SELECT, UPDATE (user_id, erasure), DELETE ON auth.audit_seal TO mana_eraser;
GRANT SELECT ON auth.audit_heads TO mana_eraser;
GRANT SELECT (id, created_at), DELETE ON auth.encryption_vault_audit TO mana_eraser;

--changeset mana:0015-erase-user splitStatements:false stripComments:false
-- As in 0007; and the seals of the user go on under the name in the receipt, so that the heads above them still hold.
--
-- The lock is shared between erasures and excludes the sealer's last step: else a batch could seal a row of this user that is gone
-- once both are committed. It waits for one batch at most.
SELECT set_config('mana.migrating', current_user, true);
GRANT CREATE ON SCHEMA auth TO mana_eraser;
SET LOCAL ROLE mana_eraser;
CREATE OR REPLACE FUNCTION auth.erase_user(p_user text, p_reason text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    receipt uuid := gen_random_uuid();
    subject text;
BEGIN
    IF p_user IS NULL OR p_user = '' OR current_setting('app.current_user_id', true) IS DISTINCT FROM p_user THEN
        RAISE EXCEPTION 'only the user this transaction acts for can be erased' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (SELECT FROM auth.users WHERE id = p_user) THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(x'6d616e6165726173'::bigint); -- "manaeras"
    subject := encode(sha256(convert_to('mana-erasure-v1:' || p_user, 'UTF8')), 'hex');
    INSERT INTO auth.erasure_receipts (id, subject, reason) VALUES (receipt, subject, p_reason);
    UPDATE auth.audit_seal s SET user_id = subject, erasure = receipt WHERE s.user_id = p_user AND s.erasure IS NULL;
    DELETE FROM auth.users WHERE id = p_user;
    IF NOT FOUND THEN
        -- Somebody else erased the same user meanwhile, and left the receipt.
        RAISE EXCEPTION 'the user was erased by another transaction' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN true;
END
$$;

-- What was sealed up to a checkpoint goes, and of its seals all but the last of each chain, on which the next one stands. Receipts
-- stay, and so does what is younger than 30 days. The checkpoint has to be the newest head and of this very transaction; whether it is signed, `audit verify` says.
CREATE FUNCTION auth.prune_trail(p_checkpoint bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    upto bigint;
    gone bigint;
BEGIN
    SELECT h.pruned_ordinal INTO upto
    FROM auth.audit_heads h
    WHERE h.number = p_checkpoint AND h.kind = 'checkpoint' AND h.xid = pg_current_xact_id()
      AND NOT EXISTS (SELECT FROM auth.audit_heads l WHERE l.number > h.number);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nothing is pruned without a checkpoint of the same transaction'
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    -- By the time that the database gave the row: when it was sealed, whoever asks could have written.
    IF EXISTS (SELECT FROM auth.audit_seal s JOIN auth.encryption_vault_audit t ON t.id = s.audit_id
               WHERE s.ordinal <= upto AND s.user_id <> '' AND t.created_at > clock_timestamp() - interval '30 days') THEN
        RAISE EXCEPTION 'rows of the last 30 days are never pruned' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    DELETE FROM auth.encryption_vault_audit t USING auth.audit_seal s
    WHERE s.ordinal <= upto AND s.user_id <> '' AND t.id = s.audit_id;
    GET DIAGNOSTICS gone = ROW_COUNT;
    DELETE FROM auth.audit_seal s
    WHERE s.ordinal <= upto AND s.user_id <> ''
      AND EXISTS (SELECT FROM auth.audit_seal l
                  WHERE l.user_id = s.user_id AND l.seq = s.seq + 1 AND l.erasure IS NOT DISTINCT FROM s.erasure
                    AND l.ordinal <= upto);
    RETURN gone;
END
$$;
COMMENT ON FUNCTION auth.prune_trail(bigint) IS
    'Deletes the rows of the trail that a checkpoint of this transaction says are pruned. Returns how many.';
REVOKE ALL ON FUNCTION auth.prune_trail(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.prune_trail(bigint) TO mana_auditor;
SELECT set_config('role', current_setting('mana.migrating'), true);
REVOKE CREATE ON SCHEMA auth FROM mana_eraser;

--changeset mana:0015-strangers splitStatements:false stripComments:false
-- As 0012-strangers, for what this file made: what an old database gives to somebody by default, it does not give here.
DO $$
DECLARE
    migrating text := current_user;
    granted   record;
BEGIN
    FOR granted IN
        SELECT DISTINCT 'TABLE ' || c.oid::regclass AS held, c.relowner::regrole AS owner, g.grantee::regrole AS holder
        FROM pg_catalog.pg_class c
        CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) g
        WHERE c.oid = ANY (ARRAY['auth.audit_keys', 'auth.audit_seal', 'auth.audit_heads']::regclass[])
          AND g.grantee <> 0 AND g.grantee <> c.relowner
          AND g.grantee::regrole::text NOT IN ('mana_auditor', 'mana_maintenance', 'mana_eraser', 'mana_backup')
        UNION
        SELECT DISTINCT 'FUNCTION ' || p.oid::regprocedure, p.proowner::regrole, g.grantee::regrole
        FROM pg_catalog.pg_proc p
        CROSS JOIN LATERAL pg_catalog.aclexplode(p.proacl) g
        WHERE p.oid = 'auth.prune_trail(bigint)'::regprocedure
          AND g.grantee <> 0 AND g.grantee <> p.proowner AND g.grantee::regrole::text <> 'mana_auditor'
    LOOP
        EXECUTE format('SET LOCAL ROLE %s', granted.owner);
        EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', granted.held, granted.holder);
        EXECUTE format('SET LOCAL ROLE %I', migrating);
    END LOOP;
END
$$;
