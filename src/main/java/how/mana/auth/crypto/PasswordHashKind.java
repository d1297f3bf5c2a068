package how.mana.auth.crypto;

/** What a stored password hash was made with. The kinds differ in what it costs to check a password against one. */
public enum PasswordHashKind {
    /** Argon2id with the parameters that new hashes are made with. */
    CURRENT,
    /** Argon2id with other parameters: the configuration was another one then. */
    OTHER_ARGON2ID,
    /** The scrypt of the service before this one. */
    SCRYPT
}
