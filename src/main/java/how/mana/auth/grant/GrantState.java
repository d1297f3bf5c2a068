package how.mana.auth.grant;

import java.util.Arrays;

/** Whether a grant is good. The words are those of today's worker. */
enum GrantState {
    OK("ok"),
    EXPIRED("expired"),
    REVOKED("revoked"),
    /** The ledger has no such grant. */
    MALFORMED("malformed");

    private final String word;

    GrantState(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }

    static GrantState of(String word) {
        return Arrays.stream(values())
                .filter(state -> state.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The ledger answered a word that is no state"));
    }
}
