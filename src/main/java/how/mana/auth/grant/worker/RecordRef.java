package how.mana.auth.grant.worker;

/** A record of a user, by table and id. */
public record RecordRef(String table, String id) {}
