package how.mana.auth.db.schema;

import java.util.List;

/**
 * What a migration did.
 *
 * @param applied ids of the changesets it ran, in order; empty if the database was current
 * @param adopted whether it took over a database of the old service
 */
public record MigrationResult(List<String> applied, boolean adopted) {
    public MigrationResult {
        applied = List.copyOf(applied);
    }
}
