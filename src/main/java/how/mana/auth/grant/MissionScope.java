package how.mana.auth.grant;

import how.mana.auth.crypto.Hkdf;
import how.mana.auth.crypto.KeyMaterial;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Set;

/**
 * What a mission may read, and the label its key is derived under. The wire's label joins names with commas and escapes
 * nothing, so names that could be read in two ways are refused: no two scopes of a mission share a label.
 *
 * @param missionId salt of the derivation
 * @param tables in the order of UTF-16 code units, repetitions kept
 * @param recordIds each {@code <table>:<id>}; likewise
 */
record MissionScope(String missionId, List<String> tables, List<String> recordIds) {
    private static final int MOST_TABLES = 100;
    private static final int MOST_RECORDS = 1000;
    private static final int LONGEST_NAME = 255;
    private static final String IDS = ":ids=";

    /** @throws GrantRefusal.BadScope unless it can be read in one way only, and is of a sensible size */
    static MissionScope of(String missionId, List<String> tables, List<String> recordIds) {
        require(
                isText(missionId),
                "missionId has 1 to " + LONGEST_NAME + " characters, none of them a control character");
        requireNames("tables", tables, MOST_TABLES);
        requireNames("recordIds", recordIds, MOST_RECORDS);
        var known = Set.copyOf(tables);
        require(
                recordIds.stream().allMatch(id -> isOfOneOf(known, id)),
                "every recordId is <table>:<id>, with a table that is listed");
        return new MissionScope(
                missionId,
                tables.stream().sorted().toList(),
                recordIds.stream().sorted().toList());
    }

    private static void requireNames(String member, List<String> names, int most) {
        require(!names.isEmpty() && names.size() <= most, member + " lists 1 to " + most + " names");
        require(
                names.stream().allMatch(MissionScope::isName),
                "each of " + member + " has 1 to " + LONGEST_NAME
                        + " characters, none of them a comma or a control character, and does not contain " + IDS);
    }

    private static boolean isName(String name) {
        return isText(name) && name.indexOf(',') < 0 && !name.contains(IDS);
    }

    /** Text that has one encoding and that the database takes: no lone surrogate, no control character. */
    static boolean isText(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST_NAME
                && text.codePoints()
                        .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    }

    /** A table's own name may contain a colon. */
    private static boolean isOfOneOf(Set<String> tables, String recordId) {
        return tables.stream()
                .anyMatch(table -> recordId.length() > table.length() + 1
                        && recordId.charAt(table.length()) == ':'
                        && recordId.startsWith(table));
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new GrantRefusal.BadScope(sentence);
        }
    }

    /** The mission's key (contract A9): HKDF-SHA-256, salted with the mission's id. The caller closes it. */
    KeyMaterial keyFrom(KeyMaterial masterKey) {
        var salt = missionId.getBytes(StandardCharsets.UTF_8);
        return masterKey.lend(key -> KeyMaterial.takeOwnershipOf(Hkdf.sha256(key, salt, info(), KeyMaterial.LENGTH)));
    }

    /** SHA-256 of the label: tells scopes apart without listing a thousand records. */
    byte[] digest() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(info());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This runtime cannot do SHA-256", e);
        }
    }

    private byte[] info() {
        var label = "mana-ai-mission-grant:v1:tables=" + String.join(",", tables) + IDS + String.join(",", recordIds);
        return label.getBytes(StandardCharsets.UTF_8);
    }
}
