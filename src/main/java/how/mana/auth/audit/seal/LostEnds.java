package how.mana.auth.audit.seal;

import how.mana.auth.audit.seal.Finding.Kind;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Chains that a head says had come further than what is there. */
final class LostEnds {
    /** More are counted and not named: each name is a search. */
    private static final int NAMED = 1_000;

    private static final String USER = """
            SELECT u.id FROM auth.users u
            WHERE encode(sha256(convert_to('mana-erasure-v1:' || u.id, 'UTF8')), 'hex') = ?
            """;

    private static final String RECEIPT = "SELECT id::text FROM auth.erasure_receipts WHERE subject = ?";

    private final Connection connection;
    private final Set<String> reported;
    private final Map<String, Long> lost = new LinkedHashMap<>();
    private long unnamed;

    /** @param reported subjects of chains whose gaps are known already */
    LostEnds(Connection connection, Set<String> reported) {
        this.connection = connection;
        this.reported = reported;
    }

    /**
     * @param signed by subject, how far each chain had come
     * @param found the same, of what is there
     */
    void add(Map<String, Long> signed, Map<String, Long> found) {
        signed.forEach((subject, seq) -> {
            if (found.getOrDefault(subject, 0L) < seq && !reported.contains(subject)) {
                add(subject, seq);
            }
        });
    }

    private void add(String subject, long seq) {
        if (lost.size() < NAMED || lost.containsKey(subject)) {
            lost.merge(subject, seq, Math::max);
        } else {
            unnamed++;
        }
    }

    void report(Consumer<Finding> findings) throws SQLException {
        for (var end : lost.entrySet()) {
            findings.accept(finding(end.getKey(), end.getValue()));
        }
        if (unnamed > 0) {
            findings.accept(new Finding(Kind.CUT, "others", "the ends of " + unnamed + " more chains are gone"));
        }
    }

    private Finding finding(String subject, long seq) throws SQLException {
        var detail = "the chain had come to place " + seq + ", and its end is gone";
        if (subject.equals(java.util.HexFormat.of().formatHex(Seal.subjectOf(Sealable.RECEIPTS)))) {
            return new Finding(Kind.CUT, "receipts", detail);
        }
        var users = Jdbc.strings(connection, USER, subject);
        if (!users.isEmpty()) {
            return new Finding(Kind.CUT, users.get(0), detail);
        }
        return Jdbc.strings(connection, RECEIPT, subject).isEmpty()
                ? new Finding(Kind.VANISHED, subject, "the user is gone with all seals, and there is no receipt")
                : new Finding(Kind.CUT, subject, detail);
    }
}
