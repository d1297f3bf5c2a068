--liquibase formatted sql

-- Signing keys take turns: one is published ahead of its time, signs, and then only verifies until it is withdrawn.

--changeset mana:0016-signing-keys splitStatements:false stripComments:false
ALTER TABLE auth.jwks
    ADD COLUMN signs_from timestamptz,
    ADD COLUMN withdrawn_at timestamptz;
COMMENT ON COLUMN auth.jwks.signs_from IS 'Published before, signs from then on. NULL: it signs at once.';
COMMENT ON COLUMN auth.jwks.withdrawn_at IS 'From then on it is not published and verifies nothing. NULL: not planned.';
-- Whoever rotates makes a key and says when others end; it cannot change what one is or when it signs.
GRANT INSERT, UPDATE (withdrawn_at) ON auth.jwks TO mana_maintenance;
