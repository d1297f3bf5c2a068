package how.mana.auth.vault;

import com.fasterxml.jackson.annotation.JsonInclude;
import how.mana.auth.caller.Caller;
import how.mana.auth.problem.BodyCap;
import how.mana.auth.problem.JsonBody;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.Cache;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** The vault over HTTP (contract A7). The owner is the caller of the verified token: no route names a user. */
@Path("/api/v1/me/encryption-vault")
@Authenticated
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
@Cancellable(false) // what was begun is finished and recorded, whether or not the client waits for it
public class VaultResource {
    private final VaultService vaults;
    private final RecoveryService recovery;
    private final ZeroKnowledgeService zeroKnowledge;
    private final SecurityIdentity identity;

    VaultResource(
            VaultService vaults,
            RecoveryService recovery,
            ZeroKnowledgeService zeroKnowledge,
            SecurityIdentity identity) {
        this.vaults = vaults;
        this.recovery = recovery;
        this.zeroKnowledge = zeroKnowledge;
        this.identity = identity;
    }

    @GET
    @Path("/status")
    public Uni<VaultStatus> status() {
        return vaults.status(caller());
    }

    @POST
    @Path("/init")
    public Uni<OpenedResponse> create() {
        return vaults.create(caller()).map(OpenedResponse::of);
    }

    @GET
    @Path("/key")
    public Uni<OpenedResponse> open(@Context RoutingContext http) {
        // Not as a parameter of the method, which would not tell one without a value from none.
        var generations = http.queryParam(GenerationRequest.PARAMETER);
        var opened = generations.isEmpty()
                ? vaults.open(caller())
                : vaults.open(caller(), GenerationRequest.parse(generations));
        return opened.map(OpenedResponse::of);
    }

    @POST
    @Path("/recovery-wrap")
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<Done> storeRecoveryWrap(byte @Nullable [] body) {
        return recovery.store(caller(), RecoveryRequest.Store.parse(JsonBody.limited(body, BodyCap.VAULT)))
                .replaceWith(Done.YES);
    }

    @DELETE
    @Path("/recovery-wrap")
    public Uni<Done> clearRecoveryWrap() {
        return recovery.clear(caller()).replaceWith(Done.YES);
    }

    @GET
    @Path("/recovery-wrap/replaced")
    public Uni<ReplacedResponse> replacedRecoveryWraps() {
        return recovery.replaced(caller()).map(ReplacedResponse::of);
    }

    @POST
    @Path("/recovery-wrap/restore")
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<Done> restoreRecoveryWrap(byte @Nullable [] body) {
        return recovery.restore(caller(), RecoveryRequest.Restore.parse(JsonBody.limited(body, BodyCap.VAULT)))
                .replaceWith(Done.YES);
    }

    @POST
    @Path("/recovery-wrap/purge")
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<Done> purgeReplacedRecoveryWraps(byte @Nullable [] body) {
        return recovery.purge(caller(), RecoveryRequest.Purge.parse(JsonBody.limited(body, BodyCap.VAULT)))
                .replaceWith(Done.YES);
    }

    @POST
    @Path("/zero-knowledge")
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<ZeroKnowledgeResponse> changeZeroKnowledge(byte @Nullable [] body) {
        return zeroKnowledge
                .change(caller(), ZeroKnowledgeRequest.parse(JsonBody.limited(body, BodyCap.VAULT)))
                .map(mode -> new ZeroKnowledgeResponse(true, mode));
    }

    private Caller caller() {
        return Caller.of(identity);
    }

    /** Says that what was asked for is so now. */
    public record Done(boolean ok) {
        static final Done YES = new Done(true);
    }

    /** @param zeroKnowledge the mode the vault is in now */
    public record ZeroKnowledgeResponse(boolean ok, boolean zeroKnowledge) {}

    /** The replaced recovery wraps that can be restored, newest first. */
    public record ReplacedResponse(List<Entry> replaced) {
        /** @param replacedAt RFC 3339 with milliseconds in UTC */
        public record Entry(String id, String replacedAt) {}

        static ReplacedResponse of(List<ReplacedRecoveryWraps.Replaced> kept) {
            return new ReplacedResponse(kept.stream()
                    .map(one -> new Entry(one.id(), one.replacedAt()))
                    .toList());
        }
    }

    /**
     * An opened vault: the key, or the wrap that its user can open. No method names the two as its result, so each has to be
     * registered for a native image, where Jackson would otherwise find no members to write.
     */
    public sealed interface OpenedResponse {
        /** Turns a key into text at the one place where it has to be text, and wipes it. */
        static OpenedResponse of(OpenedVault opened) {
            if (opened instanceof OpenedVault.WithKey with) {
                try (var masterKey = with.masterKey()) {
                    return new KeyResponse(
                            masterKey.toBase64(),
                            KeyResponse.RAW_KEY,
                            with.kekId().value(),
                            with.generation());
                }
            }
            var sealed = (OpenedVault.ForUser) opened;
            var wrap = sealed.recovery();
            return new RecoveryResponse(true, wrap.wrapped(), wrap.nonce(), wrap.format(), sealed.generation());
        }
    }

    /**
     * @param masterKey base64 of 32 bytes
     * @param formatVersion of this answer, not of the wrap in the database: 1, the bare key, as ever
     * @param kekId which KEK wraps it at rest
     */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record KeyResponse(String masterKey, int formatVersion, String kekId, long keyGeneration)
            implements OpenedResponse {
        static final int RAW_KEY = 1;

        /** A record would print its members. */
        @Override
        public String toString() {
            return "KeyResponse[hidden]";
        }
    }

    /** @param formatVersion of the recovery wrap */
    @RegisterForReflection
    public record RecoveryResponse(
            boolean requiresRecoveryCode,
            String recoveryWrappedMk,
            String recoveryIv,
            int formatVersion,
            long keyGeneration)
            implements OpenedResponse {}
}
