package how.mana.auth.token;

/** The one issuer whose tokens count here: the rules for what they claim, and the keys that sign them. */
record TrustedIssuer(ClaimRules rules, VerificationKeys keys) {}
