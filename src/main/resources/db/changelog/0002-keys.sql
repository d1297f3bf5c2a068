--liquibase formatted sql

-- What the vault keeps beyond the old schema.

--changeset mana:0002-vault-columns splitStatements:false stripComments:false
ALTER TABLE auth.encryption_vaults
    ADD COLUMN key_check_value bytea
        CONSTRAINT encryption_vaults_key_check_value_length CHECK (octet_length(key_check_value) = 32),
    ADD COLUMN key_generation bigint NOT NULL DEFAULT 1
        CONSTRAINT encryption_vaults_key_generation_positive CHECK (key_generation >= 1);
COMMENT ON COLUMN auth.encryption_vaults.key_check_value IS
    'Proves that a master key is this user''s without keeping it; kept through zero-knowledge. NULL: never known.';
COMMENT ON COLUMN auth.encryption_vaults.key_generation IS
    'Counts the user''s master keys. Grows with every rekey; a number is never used twice.';

--changeset mana:0002-replaced-recovery-wraps splitStatements:false stripComments:false
CREATE TABLE auth.replaced_recovery_wraps (
    id                      text PRIMARY KEY,
    user_id                 text NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    recovery_wrapped_mk     text NOT NULL,
    recovery_iv             text NOT NULL,
    recovery_format_version smallint NOT NULL,
    recovery_set_at         timestamptz,
    key_generation          bigint NOT NULL,
    replaced_at             timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX replaced_recovery_wraps_user_id_replaced_at_idx ON auth.replaced_recovery_wraps (user_id, replaced_at);
COMMENT ON TABLE auth.replaced_recovery_wraps IS
    'Recovery wraps replaced while they were the only way to the key. Restorable by their owner for 30 days.';

--changeset mana:0002-keks splitStatements:false stripComments:false
CREATE TABLE auth.keks (
    id          text PRIMARY KEY,
    fingerprint text CONSTRAINT keks_fingerprint_form CHECK (fingerprint ~ '^[0-9a-f]{32}$'),
    state       text NOT NULL DEFAULT 'active'
        CONSTRAINT keks_state_known CHECK (state IN ('announced', 'active', 'retiring', 'retired', 'lost')),
    recorded_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE auth.keks IS 'Every KEK that ever wrapped a key here. Rows are never deleted.';
COMMENT ON COLUMN auth.keks.fingerprint IS 'Written once, after sample wraps opened with the key it names.';

--changeset mana:0002-keks-guard splitStatements:false stripComments:false
-- Holds for every role, the owner included.
CREATE FUNCTION auth.keks_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'rows of auth.keks are never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.id <> OLD.id THEN
        RAISE EXCEPTION 'the id of a KEK never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.fingerprint IS NOT NULL AND NEW.fingerprint IS DISTINCT FROM OLD.fingerprint THEN
        RAISE EXCEPTION 'the fingerprint of KEK % is recorded and never changes', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keks_are_kept BEFORE UPDATE OR DELETE ON auth.keks FOR EACH ROW EXECUTE FUNCTION auth.keks_guard();
CREATE TRIGGER keks_are_not_truncated BEFORE TRUNCATE ON auth.keks FOR EACH STATEMENT EXECUTE FUNCTION auth.keks_guard();
COMMENT ON FUNCTION auth.keks_guard() IS 'Keeps auth.keks append-only and its fingerprints write-once.';

--changeset mana:0002-adopted-keks splitStatements:false stripComments:false
-- KEKs of adopted wraps. No fingerprint: that is recorded once a wrap has opened. NO FORCE, or this role would read no row
-- and record no KEK; row_security off makes rows that stay hidden an error. In zero-knowledge rows the id means nothing.
SET LOCAL row_security = off;
ALTER TABLE auth.encryption_vaults NO FORCE ROW LEVEL SECURITY;
INSERT INTO auth.keks (id)
SELECT DISTINCT kek_id
FROM auth.encryption_vaults
WHERE wrapped_mk IS NOT NULL;
DO $$
BEGIN
    IF EXISTS (SELECT FROM auth.encryption_vaults v
               WHERE v.wrapped_mk IS NOT NULL AND NOT EXISTS (SELECT FROM auth.keks k WHERE k.id = v.kek_id)) THEN
        RAISE EXCEPTION 'a KEK of an adopted wrap was not recorded';
    END IF;
END
$$;
ALTER TABLE auth.encryption_vaults FORCE ROW LEVEL SECURITY;

--changeset mana:0002-signing-keys splitStatements:false stripComments:false
ALTER TABLE auth.jwks
    ADD COLUMN kek_id text,
    ADD COLUMN wrap_iv text,
    ADD COLUMN format_version smallint;
COMMENT ON COLUMN auth.jwks.kek_id IS 'The KEK that wraps private_key. NULL in adopted rows, which sign and verify nothing.';

--changeset mana:0002-erasure-receipts splitStatements:false stripComments:false
CREATE TABLE auth.erasure_receipts (
    id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    subject   text NOT NULL CONSTRAINT erasure_receipts_subject_form CHECK (subject ~ '^[0-9a-f]{64}$'),
    reason    text NOT NULL,
    erased_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE auth.erasure_receipts IS 'That a user was erased, and why, without saying who to anyone who does not know the id.';
COMMENT ON COLUMN auth.erasure_receipts.subject IS 'Hex SHA-256 of ''mana-erasure-v1:'' and the user id.';
