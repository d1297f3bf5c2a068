package how.mana.auth.vault;

import java.util.List;
import java.util.regex.Pattern;

/** Which generation of the key a request wants. */
sealed interface GenerationRequest {
    String PARAMETER = "generation";
    String SHAPE = "Wanted: generation, a whole number from 1, and only one";

    /** 18 digits: no number that is written so is too large. */
    Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");

    record Of(long generation) implements GenerationRequest {}

    record Malformed() implements GenerationRequest {}

    /** @param values every value that the request has, at least one */
    static GenerationRequest parse(List<String> values) {
        return values.size() == 1 && NUMBER.matcher(values.get(0)).matches()
                ? new Of(Long.parseLong(values.get(0)))
                : new Malformed();
    }
}
