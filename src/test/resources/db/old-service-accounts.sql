-- People who use the old service at the moment it is replaced. The hash is of "correct horse battery staple"; the tokens are in
-- the clear, as it kept them.
INSERT INTO auth.users (id, name, email, email_verified, role, access_tier) VALUES
    ('grace', 'Grace', 'grace@example.org', true, 'admin', 'founder'),
    ('heidi', 'Heidi', 'heidi@example.org', true, 'user', 'public'),
    ('ivan', 'Ivan', 'ivan@example.org', true, 'user', 'public'),
    ('judy', 'Judy', 'judy@example.org', true, 'user', 'public');
INSERT INTO auth.accounts (id, account_id, provider_id, user_id, password)
SELECT 'account-' || id, id, 'credential', id,
       'f762478772185e9415436a72326faed6:3c857afa5f34d877d0ef0770ddb398d8c38c99fcface7f39913ffb2063833fd8171dcb009de3c61c4753d579b8ff31db8c70d2909da99b752e3461049280eb5e'
FROM auth.users WHERE id IN ('grace', 'heidi', 'ivan', 'judy');
INSERT INTO auth.sessions (id, expires_at, token, user_id) VALUES
    ('session-of-grace', now() + interval '3 days', 'GraceGraceGraceGraceGraceGrace01', 'grace'),
    ('session-of-heidi', now() + interval '3 days', 'HeidiHeidiHeidiHeidiHeidiHeidi01', 'heidi'),
    ('ended-session', now() - interval '1 day', 'HeidiHeidiHeidiHeidiHeidiHeidi02', 'heidi');
INSERT INTO auth.verification (id, identifier, value, expires_at) VALUES
    ('reset-of-ivan', 'reset-password:IvanIvanIvanIvanIvanIvan', 'ivan', now() + interval '1 hour');
-- By the address as it was typed.
INSERT INTO auth.login_attempts (email, attempted_at)
SELECT 'Judy@Example.org', now() FROM generate_series(1, 5);
