package how.mana.auth;

import how.mana.auth.session.CookieSecrets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the environment says about the secrets that sign cookies: {@code BETTER_AUTH_SECRETS} with versions, newest first, or
 * {@code BETTER_AUTH_SECRET}, also called {@code AUTH_SECRET}, alone. With both, the one alone is the oldest.
 */
final class CookieSecretVariables {
    private static final String ALONE = "BETTER_AUTH_SECRET";
    private static final String ALIAS = "AUTH_SECRET";
    private static final String VERSIONS = "BETTER_AUTH_SECRETS";
    private static final Pattern VERSION = Pattern.compile("(\\d{1,9}):(.+)");
    private static final String FIX = "make one of 32 characters or more with: openssl rand -hex 32";

    /** What the library of the service before this one signs with if it is told nothing. Everybody has it. */
    private static final String LIBRARY_DEFAULT = "better-auth-secret-12345678901234567890";

    private static final int LEAST_LENGTH = 32;

    private final Environment environment;

    CookieSecretVariables(Environment environment) {
        this.environment = environment;
    }

    /** @throws BadEnvironmentException if there is none, or one that anybody can guess: cookies could be made with it */
    CookieSecrets strict() {
        var found = found();
        found.forEach(Found::requireSecret);
        return secrets(found, Optional.empty());
    }

    /**
     * For a first look on one's own machine: any secret.
     *
     * @param otherwise if no variable has one
     * @throws BadEnvironmentException if there is none
     */
    CookieSecrets lenient(Optional<String> otherwise) {
        return secrets(found(), otherwise);
    }

    private static CookieSecrets secrets(List<Found> found, Optional<String> otherwise) {
        var texts = found.isEmpty()
                ? otherwise.stream().toList()
                : found.stream().map(Found::secret).distinct().toList();
        if (texts.isEmpty()) {
            throw new BadEnvironmentException(ALONE + " is not set; " + FIX);
        }
        return CookieSecrets.of(texts);
    }

    /** Newest first. */
    private List<Found> found() {
        var found = new ArrayList<Found>();
        environment.secret(VERSIONS).ifPresent(list -> found.addAll(versions(list)));
        alone().ifPresent(found::add);
        return found;
    }

    private Optional<Found> alone() {
        var secret = environment.secret(ALONE);
        var alias = environment.secret(ALIAS);
        if (secret.isPresent() && alias.isPresent() && !secret.equals(alias)) {
            throw new BadEnvironmentException(ALONE + " and " + ALIAS + " are both set and differ; unset one of them");
        }
        return secret.map(text -> new Found(ALONE, text)).or(() -> alias.map(text -> new Found(ALIAS, text)));
    }

    private static List<Found> versions(String list) {
        var found = new ArrayList<Found>();
        var numbers = new HashSet<Integer>();
        for (var entry : list.split(",", -1)) {
            var version = VERSION.matcher(entry.strip());
            if (!version.matches() || !numbers.add(Integer.valueOf(version.group(1)))) {
                throw new BadEnvironmentException(VERSIONS
                        + " must be pairs of version:secret with commas between them, newest first and each version once,"
                        + " such as 2:…,1:…");
            }
            found.add(new Found(
                    VERSIONS + " (version " + version.group(1) + ")",
                    version.group(2).strip()));
        }
        return found;
    }

    private record Found(String where, String secret) {
        void requireSecret() {
            if (secret.length() < LEAST_LENGTH
                    || secret.equals(LIBRARY_DEFAULT)
                    || secret.chars().distinct().count() == 1) {
                throw new BadEnvironmentException(where + " can be guessed; " + FIX);
            }
        }

        @Override
        public String toString() {
            return where + " [hidden]";
        }
    }
}
