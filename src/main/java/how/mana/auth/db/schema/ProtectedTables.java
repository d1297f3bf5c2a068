package how.mana.auth.db.schema;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is ours in one database and under row-level security there.
 *
 * @param schemas all that are ours; the first holds the protected tables and the changelog
 * @param policies by protected table
 * @param policyFile where they are made
 * @param ownerVariable says who migrates
 */
record ProtectedTables(
        Changelog changelog,
        List<String> schemas,
        Map<String, Set<String>> policies,
        String policyFile,
        String ownerVariable) {

    static final ProtectedTables MAIN = new ProtectedTables(
            Changelog.MAIN,
            List.of("auth", "spaces"),
            ExpectedPolicies.BY_TABLE,
            "db/changelog/0004-row-security.sql, 0008-mission-grants.sql, 0014-generations.sql or 0015-trail.sql",
            "MIGRATION_DATABASE_URL");

    static final ProtectedTables SYNC = new ProtectedTables(
            Changelog.SYNC,
            List.of("mana_ai"),
            ExpectedPolicies.OF_SYNC,
            "db/sync/0001-decrypt-audit.sql",
            "MIGRATION_SYNC_DATABASE_URL");

    Set<String> tables() {
        return new TreeSet<>(policies.keySet());
    }
}
