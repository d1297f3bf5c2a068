package how.mana.auth.grant.worker;

import java.util.Set;

/** A mission whose key is open: whose it is and which records it may read. Close it when the work is done. */
public final class OpenMission implements AutoCloseable {
    private final String userId;
    private final String missionId;
    private final Set<String> tables;
    private final Set<String> recordIds;
    private final MissionKey key;

    OpenMission(String userId, MissionGrant.Derivation derivation, MissionKey key) {
        this.userId = userId;
        this.missionId = derivation.missionId();
        this.tables = Set.copyOf(derivation.tables());
        this.recordIds = Set.copyOf(derivation.recordIds());
        this.key = key;
    }

    /** The user who gave the grant. */
    public String userId() {
        return userId;
    }

    /** The mission the grant is for. */
    public String missionId() {
        return missionId;
    }

    /** Whether the grant lists this record, and the table it is said to be of. */
    public boolean allows(RecordRef record) {
        return tables.contains(record.table()) && recordIds.contains(record.table() + ":" + record.id());
    }

    MissionKey key() {
        return key;
    }

    /** Wipes the mission key. Closing twice is harmless. */
    @Override
    public void close() {
        key.close();
    }

    @Override
    public String toString() {
        return "OpenMission[" + missionId + "]";
    }
}
