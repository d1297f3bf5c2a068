package how.mana.auth;

import how.mana.auth.db.DatabaseUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables of the contract (A2) and what each of them sets. A blank value counts as unset. A secret
 * {@code NAME} is also read from the file that {@code NAME_FILE} names.
 */
public final class Environment {
    private static final int DEFAULT_PORT = 3001;
    private static final int HIGHEST_PORT = 65_535;
    private static final Pattern WEB_URL = Pattern.compile("https?://[A-Za-z0-9\\-._~:/\\[\\]%]+");

    private final Variables variables;

    public Environment(Variables variables) {
        this.variables = variables;
    }

    /** The variables of this process. System properties of the same names win: local mode sets those. */
    static Environment ofProcess() {
        return new Environment(name -> {
            var property = System.getProperty(name);
            return property == null ? System.getenv(name) : property;
        });
    }

    public Optional<String> value(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
    }

    /** @throws BadEnvironmentException if the named file cannot be read, or both are set and differ */
    Optional<String> secret(String name) {
        var direct = value(name);
        var fromFile = value(name + "_FILE").map(file -> contentOf(name, Path.of(file)));
        if (direct.isPresent() && fromFile.isPresent() && !direct.equals(fromFile)) {
            throw new BadEnvironmentException(
                    name + " and " + name + "_FILE are both set and differ; unset one of them");
        }
        return direct.or(() -> fromFile);
    }

    /** @throws BadEnvironmentException if it is set and is no such URL */
    Optional<DatabaseUrl> databaseUrl(String name) {
        return secret(name).map(url -> {
            try {
                return DatabaseUrl.parse(url);
            } catch (IllegalArgumentException e) {
                throw new BadEnvironmentException(name + ": " + e.getMessage());
            }
        });
    }

    /** @throws BadEnvironmentException also if it is not set */
    DatabaseUrl requiredDatabaseUrl(String name) {
        return databaseUrl(name)
                .orElseThrow(() -> new BadEnvironmentException(
                        name + " is not set; set it to postgresql://role:password@host:port/database"));
    }

    /** Where the sync database is for the service; empty if this service has none. */
    Optional<DatabaseUrl> syncUrl() {
        return databaseUrl("SYNC_DATABASE_URL");
    }

    /** The sync database for who migrates it: unless said otherwise, the role that migrates the main one. */
    Optional<DatabaseUrl> syncOwnerUrl() {
        return syncUrl().flatMap(sync -> databaseUrl("MIGRATION_SYNC_DATABASE_URL")
                .or(() -> databaseUrl("MIGRATION_DATABASE_URL").map(sync::as)));
    }

    /**
     * Where the service listens.
     *
     * @throws BadEnvironmentException if it is set and is no port
     */
    int port() {
        try {
            var port = value("PORT").map(Integer::valueOf).orElse(DEFAULT_PORT);
            if (port > 0 && port <= HIGHEST_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new BadEnvironmentException("PORT must be a number from 1 to " + HIGHEST_PORT);
    }

    /** The settings of the framework and of the features that these variables stand for. */
    Map<String, String> settings() {
        var settings = new LinkedHashMap<String, String>();
        set(settings, "quarkus.http.port", value("PORT"));
        set(settings, "mana.token.issuer", value("BASE_URL"));
        set(settings, "mana.token.external.jwks-url", value("AUTH_JWKS_URL"));
        set(settings, "mana.token.external.issuer", value("AUTH_ISSUER"));
        set(settings, "mana.token.external.provision-users", value("AUTH_PROVISION_USERS"));
        set(settings, "mana.caller.trusted-proxies", value("TRUSTED_PROXIES"));
        set(settings, "mana.session.cookie-domain", value("COOKIE_DOMAIN"));
        set(
                settings,
                "mana.session.cookie-secure",
                value("NODE_ENV").map(mode -> String.valueOf(mode.equals("production"))));
        set(settings, "mana.session.trusted-origins", value("TRUSTED_ORIGINS"));
        set(settings, "mana.http.cors-origins", value("CORS_ORIGINS"));
        set(settings, "mana.outbound.notify-url", webUrl("MANA_NOTIFY_URL"));
        set(settings, "mana.outbound.credits-url", webUrl("MANA_CREDITS_URL"));
        set(settings, "mana.outbound.mail-url", webUrl("MANA_MAIL_URL"));
        set(settings, "mana.signup.max-daily", value("MAX_DAILY_SIGNUPS"));
        set(settings, "mana.log.format", value("LOGGER_FORMAT").filter(format -> !format.equals("auto")));
        databaseUrl("DATABASE_URL").ifPresent(url -> settings.putAll(poolOf("quarkus.datasource", url)));
        syncUrl().ifPresent(url -> {
            settings.put("quarkus.datasource.sync.active", "true");
            settings.putAll(poolOf("quarkus.datasource.sync", url));
        });
        return settings;
    }

    private static Map<String, String> poolOf(String datasource, DatabaseUrl url) {
        var pool = new LinkedHashMap<String, String>();
        pool.put(datasource + ".reactive.url", url.reactiveUrl());
        pool.put(datasource + ".username", url.role());
        pool.put(datasource + ".password", url.password());
        url.sslMode().ifPresent(mode -> pool.put(datasource + ".reactive.postgresql.ssl-mode", mode));
        url.sslRootCert().ifPresent(certificate -> {
            pool.put(datasource + ".reactive.trust-certificate-pem", "true");
            pool.put(datasource + ".reactive.trust-certificate-pem.certs", certificate);
        });
        if (url.sslMode().filter("verify-full"::equals).isPresent()) {
            pool.put(datasource + ".reactive.hostname-verification-algorithm", "HTTPS");
        }
        return pool;
    }

    /** @throws BadEnvironmentException if it is set and is no such URL: found out by the first mail, it would be late */
    private Optional<String> webUrl(String name) {
        return value(name).map(url -> {
            if (!WEB_URL.matcher(url).matches()) {
                throw new BadEnvironmentException(
                        name + " must be the URL of a service, such as http://localhost:3013");
            }
            return url;
        });
    }

    private static void set(Map<String, String> settings, String property, Optional<String> value) {
        value.ifPresent(text -> settings.put(property, text));
    }

    private static String contentOf(String name, Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new BadEnvironmentException(
                    name + "_FILE: cannot read " + file + "; mount it readable for this user");
        }
    }

    /** Where variables come from: the process, or the framework's configuration, which holds those of the process too. */
    @FunctionalInterface
    public interface Variables {
        /** The value of a variable, or null if it is not set. */
        @Nullable
        String get(String name);
    }
}
