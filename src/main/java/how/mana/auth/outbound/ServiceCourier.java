package how.mana.auth.outbound;

import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Map;

/** Takes errands to the services of contract A14 and to the sync database. */
@Singleton
@DefaultBean
class ServiceCourier implements Courier {
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private final ServiceCalls calls;
    private final SyncBootstrap bootstrap;
    private final Map<Target, URI> services;

    ServiceCourier(ServiceCalls calls, SyncBootstrap bootstrap, OutboundConfig config) {
        this.calls = calls;
        this.bootstrap = bootstrap;
        this.services = Map.of(
                Target.NOTIFY, config.notifyUrl(),
                Target.CREDITS, config.creditsUrl(),
                Target.MAILBOXES, config.mailUrl());
    }

    @Override
    public Uni<Outcome> deliver(Parcel parcel) {
        var service = services.get(parcel.kind().target());
        return service == null
                ? bootstrap.run(parcel.payload())
                : calls.post(service, parcel.kind().path(), body(parcel)).map(ServiceCourier::outcome);
    }

    private static JsonObject body(Parcel parcel) {
        return parcel.recipient()
                .map(recipient -> new JsonObject()
                        .put("channel", "email")
                        .put("appId", "mana-auth")
                        .put("recipient", recipient)
                        .put("subject", parcel.payload().getString("subject"))
                        .put("body", parcel.payload().getString("body")))
                .orElse(parcel.payload());
    }

    private static Outcome outcome(int status) {
        var told = "status " + status;
        if (status >= 200 && status < 300) {
            return Outcome.delivered();
        }
        return isAboutTheErrand(status) ? Outcome.refused(told) : Outcome.postponed(told);
    }

    /** A wrong service key is our own fault and none of the errand's: it passes once that is put right. */
    private static boolean isAboutTheErrand(int status) {
        return status >= 400
                && status < 500
                && status != UNAUTHORIZED
                && status != FORBIDDEN
                && status != REQUEST_TIMEOUT
                && status != TOO_MANY_REQUESTS;
    }
}
