package how.mana.auth;

import how.mana.auth.crypto.KekRing;
import how.mana.auth.crypto.KekSources;
import how.mana.auth.db.keks.KekReload;
import how.mana.auth.db.keks.Replica;
import how.mana.auth.db.keks.RingMetrics;
import how.mana.auth.grant.WorkerKey;
import how.mana.auth.outbound.OutgoingKey;
import how.mana.auth.session.CookieSecrets;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** What every feature shares and none of them owns. */
@Singleton
class Beans {
    private static final Logger LOG = Logger.getLogger(Beans.class);

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    /** A bean and not a static: a native image must not be built with its seed. */
    @Produces
    @Singleton
    SecureRandom random() {
        return new SecureRandom();
    }

    @Produces
    @Singleton
    Environment environment(Config config) {
        return new Environment(name -> config.getConfigValue(name).getRawValue());
    }

    @Produces
    @Singleton
    ServiceKey serviceKey(Environment environment, Instance<LocalMode> local) {
        var key = environment.secret("MANA_SERVICE_KEY");
        if (local.isUnsatisfied()) {
            return ServiceKey.of(ServiceKey.required(key));
        }
        return ServiceKey.of(key.orElseGet(() -> {
            LOG.warnf("MANA_SERVICE_KEY is not set: here it is %s, which anyone knows", ServiceKey.FORMER_DEFAULT);
            return ServiceKey.FORMER_DEFAULT;
        }));
    }

    @Produces
    @Singleton
    CookieSecrets cookieSecrets(Environment environment, Instance<LocalMode> local) {
        var variables = new CookieSecretVariables(environment);
        return local.isUnsatisfied()
                ? variables.strict()
                : variables.lenient(environment.value(LocalMain.COOKIE_SECRET));
    }

    @Produces
    @Singleton
    OutgoingKey outgoingKey(Environment environment, Instance<LocalMode> local) {
        var key = environment.secret("MANA_SERVICE_KEY");
        return new OutgoingKey(local.isUnsatisfied() ? key : key.or(() -> Optional.of(ServiceKey.FORMER_DEFAULT)));
    }

    @Produces
    @Singleton
    WorkerKey workerKey(Environment environment) {
        return environment
                .secret("MANA_AI_PUBLIC_KEY_PEM")
                .map(WorkerKey::fromPem)
                .orElseGet(WorkerKey::none);
    }

    @Produces
    @Singleton
    KekRing keks(Environment environment, SecureRandom random, Instance<LocalMode> local) {
        var loaded = KekSources.load(KekVariables.of(environment, local.isUnsatisfied()), random);
        if (loaded.usesDevKek()) {
            LOG.warn("""
                    ####################################################################################
                    #  DEVELOPMENT KEY: every master key is wrapped by 32 zero bytes that anyone knows. #
                    #  Fine for a first look, and for nothing that anyone would miss.                   #
                    ####################################################################################""");
        }
        return loaded.ring();
    }

    @Produces
    @Singleton
    Replica replica(
            Environment environment,
            KekRing ring,
            SecureRandom random,
            Instance<LocalMode> local,
            MeterRegistry metrics) {
        var reload = new KekReload(() -> KekSources.load(KekVariables.of(environment, local.isUnsatisfied()), random)
                .ring());
        return new Replica(
                environment.requiredDatabaseUrl("DATABASE_URL"), ring, reload, new RingMetrics(ring, metrics));
    }
}
