package how.mana.auth.db.backup;

/**
 * What a dump holds. No secret, and nothing about any user.
 *
 * @param madeAt when the snapshot was taken, by the database's clock, as RFC 3339 in UTC
 * @param sha256 of the dump, in hex
 * @param place where it comes from
 */
public record Manifest(String madeAt, String sha256, Place place, Contents contents) {}
