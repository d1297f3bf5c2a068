--liquibase formatted sql

-- Mail and calls to other services, written down in the transaction of the act they belong to and sent after it.

--changeset mana:0010-outbox splitStatements:false stripComments:false
-- No foreign key: the mail that says that an account is gone has to outlive it.
CREATE TABLE auth.outbox (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind            text NOT NULL,
    recipient       text,
    user_id         text,
    payload         jsonb,
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    done_at         timestamptz,
    failed_at       timestamptz,
    last_error      text,
    CONSTRAINT outbox_one_end CHECK (done_at IS NULL OR failed_at IS NULL),
    CONSTRAINT outbox_done_is_purged CHECK (done_at IS NULL OR (payload IS NULL AND recipient IS NULL)),
    CONSTRAINT outbox_pending_is_whole CHECK (done_at IS NOT NULL OR failed_at IS NOT NULL OR payload IS NOT NULL)
);
COMMENT ON TABLE auth.outbox IS 'What is still to be sent, and for a few days what became of it. A row that is done says nothing of whom it was for.';
COMMENT ON COLUMN auth.outbox.recipient IS 'The address of a mail; NULL for calls, and once the mail is sent or out of date.';
COMMENT ON COLUMN auth.outbox.payload IS 'The mail or the body of the call. A mail''s holds live links: a secret until it is NULL.';
COMMENT ON COLUMN auth.outbox.next_attempt_at IS 'When it is due. Whoever takes a row moves this past the time it needs, so that a row whose taker died becomes due again.';
COMMENT ON COLUMN auth.outbox.expires_at IS 'Not sent from then on: the link is dead, or it was tried long enough.';
CREATE INDEX outbox_due_idx ON auth.outbox (next_attempt_at) WHERE done_at IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_pending_user_idx ON auth.outbox (user_id, id)
    WHERE user_id IS NOT NULL AND done_at IS NULL AND failed_at IS NULL;

-- Belongs to no user, so its policies part no users. They keep live links out of backups: a dump gets calls and what is done.
ALTER TABLE auth.outbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY outbox_service ON auth.outbox FOR ALL TO mana_app USING (true) WITH CHECK (true);
CREATE POLICY outbox_backup_read ON auth.outbox FOR SELECT TO mana_backup USING (recipient IS NULL);

REVOKE ALL ON auth.outbox FROM PUBLIC, mana_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON auth.outbox TO mana_app;
GRANT SELECT ON auth.outbox TO mana_backup;
GRANT SELECT ON SEQUENCE auth.outbox_id_seq TO mana_backup;

--changeset mana:0010-strangers splitStatements:false stripComments:false
-- As 0007-strangers: what an old database gives to somebody by default, it does not give here. Who reads these rows can
-- reset passwords.
DO $$
DECLARE
    granted record;
BEGIN
    FOR granted IN
        SELECT DISTINCT CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.oid::regclass AS held,
               g.grantee::regrole AS holder
        FROM pg_catalog.pg_class c
        CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) g
        WHERE c.oid = ANY (ARRAY['auth.outbox', 'auth.outbox_id_seq']::regclass[])
          AND g.grantee <> 0 AND g.grantee <> c.relowner
          AND g.grantee::regrole::text NOT IN ('mana_app', 'mana_backup')
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', granted.held, granted.holder);
    END LOOP;
END
$$;
