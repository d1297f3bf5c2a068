package how.mana.auth.event;

/** Every event there is, by the name it is stored and read under (contract A4.4). */
public enum EventType {
    REGISTER,
    LOGIN_SUCCESS,
    LOGIN_FAILURE,
    LOGOUT,
    ACCOUNT_LOCKED,
    EMAIL_VERIFIED,
    PASSWORD_RESET_REQUESTED,
    PASSWORD_RESET_COMPLETED,
    PASSWORD_CHANGED,
    PROFILE_UPDATED,
    EMAIL_CHANGE_REQUESTED,
    EMAIL_CHANGED,
    ACCOUNT_DELETED,
    SESSION_REVOKED,
    /** A token that was exchanged for a newer one is used once more, late: it or its successor is in the wrong hands. */
    REFRESH_TOKEN_REUSED,
    SERVICE_ERROR,
    PASSKEY_LOGIN_FAILURE
}
