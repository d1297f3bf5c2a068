package how.mana.auth;

import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.db.schema.TestDatabase;
import how.mana.auth.db.schema.TestPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The packaged service is told to stop, or killed, while it is busy. Five times each; {@code -Dstops=50}, which {@code
 * bench/stops} sets, makes it fifty.
 */
class StopIT {
    private static final int STOPS = Integer.getInteger("stops", 5);
    private static final int CLIENTS = 16;
    private static final int USERS_OF_A_CLIENT = 200;

    private static final String VAULT = "/api/v1/me/encryption-vault";
    private static final Pattern GENERATION = Pattern.compile("\"keyGeneration\":(\\d+)");

    /** Reproducible: when a stop comes, counted in answers. */
    private final Random moments = new Random(42);

    private final IssuerServer issuer = IssuerServer.start(TestIssuer.fresh());
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

    @SuppressWarnings("NullAway.Init") // before each test
    private TestDatabase database;

    @BeforeEach
    void migrate() throws SQLException {
        database = TestPostgres.instance().createDatabase().migrated();
    }

    @AfterEach
    void stopEverything() throws SQLException {
        clients.shutdownNow();
        issuer.close();
        database.close();
    }

    /**
     * Half of the clients keep their connection and half open one for each request. Like a balancer, they leave an instance
     * that says {@code Connection: close}; until then every request must be answered, and what was answered is what the
     * trail says.
     */
    @Test
    void whatWasAcceptedIsAnsweredBeforeItStops() throws Exception {
        var answered = new HashMap<String, Integer>();
        for (var stop = 0; stop < STOPS; stop++) {
            try (var service = PackagedService.serving(environment())) {
                var load = new Load(service, "stop-" + stop);
                load.start(user -> drained(load, user));
                load.awaitAnswers();

                service.terminate();

                load.ended().forEach(client -> answered.put(client.user, client.answers));
                assertThat(service.exitCode()).as(service.output()).isIn(0, 143);
            }
        }

        assertThat(answersOnRecord()).isEqualTo(answered);
    }

    private Client drained(Load load, String user) throws IOException {
        var client = new Client(load, user);
        var keepsItsConnection = client.number % 2 == 0;
        var connection = RawConnection.to(load.service.port());
        try {
            for (var answer = client.send(connection, "POST", "/init");
                    !answer.last();
                    answer = client.sendNext(connection)) {
                if (!keepsItsConnection) {
                    connection.close();
                    connection = RawConnection.to(load.service.port());
                }
            }
        } finally {
            connection.close();
        }
        return client;
    }

    /** Every act is there with its row in the trail, or neither is, and what was answered is there. */
    @Test
    void whatAKillInterruptedHappenedOrDidNot() throws Exception {
        for (var kill = 0; kill < STOPS; kill++) {
            List<Client> seen;
            try (var service = PackagedService.serving(environment())) {
                var load = new Load(service, "kill-" + kill);
                load.start(user -> killed(load, user));
                load.awaitAnswers();

                service.kill();

                seen = load.ended();
            }

            assertThat(brokenVaults()).isZero();
            try (var service = PackagedService.serving(environment())) {
                assertThat(service.isReady()).as(service.output()).isTrue();
                assertThat(service.output()).doesNotContain("\"level\":\"error\"");
                for (var client : seen) {
                    client.expectWhatItSaw(service);
                }
            }
        }
    }

    /** Makes one vault after another, and changes each a few times, until the service is no more. */
    private Client killed(Load load, String user) throws IOException {
        var client = new Client(load, user);
        try (var connection = RawConnection.to(load.service.port())) {
            for (var n = 0; n < USERS_OF_A_CLIENT; n++) {
                client.user = user + "-" + n;
                client.lastKey = "";
                client.send(connection, "POST", "/init");
                for (var change = 0; change < 5; change++) {
                    client.sendNext(connection);
                }
            }
            throw new IllegalStateException("It outlived all users");
        } catch (IOException dead) {
            return client;
        }
    }

    /** One client's view: its user, and the last that it heard. */
    private final class Client {
        private final Load load;
        private final int number;
        private String user;
        private String lastKey = "";
        private String inDoubt = "";
        private int answers;

        Client(Load load, String user) {
            this.load = load;
            this.number = Integer.parseInt(user.substring(user.lastIndexOf('-') + 1));
            this.user = user;
        }

        RawConnection.Answer sendNext(RawConnection connection) throws IOException {
            return answers % 4 == 3 ? send(connection, "POST", "/rotate") : send(connection, "GET", "/key");
        }

        RawConnection.Answer send(RawConnection connection, String method, String route) throws IOException {
            inDoubt = route;
            var answer = connection.send(method, VAULT + route, issuer.bearer(user));
            inDoubt = "";
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            if (route.equals("/key")) {
                assertThat(answer.body()).isEqualTo(lastKey);
            }
            lastKey = answer.body();
            answers++;
            load.answered.countDown();
            return answer;
        }

        void expectWhatItSaw(PackagedService service) {
            var now = service.get(VAULT + "/key", issuer.bearer(user));
            if (now.body().equals(lastKey)) {
                return;
            }
            if (inDoubt.equals("/rotate")) {
                assertThat(generation(now.body())).isEqualTo(generation(lastKey) + 1);
            } else {
                assertThat(inDoubt).as(now.body()).isEqualTo("/init");
                assertThat(now.statusCode()).isIn(200, 404);
            }
        }

        private int generation(String key) {
            var matcher = GENERATION.matcher(key);
            assertThat(matcher.find()).as(key).isTrue();
            return Integer.parseInt(matcher.group(1));
        }
    }

    /** All clients of one service at work. */
    private final class Load {
        private final PackagedService service;
        private final String name;
        private final CountDownLatch answered = new CountDownLatch(CLIENTS * 3 + moments.nextInt(CLIENTS * 20));
        private final List<Future<Client>> running = new ArrayList<>();

        Load(PackagedService service, String name) throws SQLException {
            this.service = service;
            this.name = name;
            database.with("""
                    INSERT INTO auth.users (id, name, email)
                    SELECT id, 'T', id || '@test'
                    FROM generate_series(0, %1$d) AS client, generate_series(-1, %2$d) AS n,
                         concat('%3$s-', client, CASE WHEN n >= 0 THEN '-' || n END) AS id
                    """.formatted(CLIENTS - 1, USERS_OF_A_CLIENT - 1, name));
        }

        void start(Work work) {
            IntStream.range(0, CLIENTS)
                    .mapToObj(number -> (Callable<Client>) () -> work.of(name + "-" + number))
                    .map(clients::submit)
                    .forEach(running::add);
        }

        void awaitAnswers() throws InterruptedException {
            assertThat(answered.await(1, TimeUnit.MINUTES)).as(service.output()).isTrue();
        }

        /** What each client saw, once it has seen the end. @throws ExecutionException if one was left without an answer */
        List<Client> ended() throws ExecutionException, InterruptedException {
            var seen = new ArrayList<Client>();
            for (var client : running) {
                seen.add(client.get());
            }
            return seen;
        }
    }

    @FunctionalInterface
    private interface Work {
        Client of(String user) throws IOException;
    }

    private Map<String, String> environment() {
        var environment = new HashMap<>(issuer.variables());
        environment.putAll(ServiceEnvironment.secrets());
        environment.put("DATABASE_URL", ServiceEnvironment.text(database.appUrl()));
        // A client here rekeys more often than any user may.
        environment.put("MANA_VAULT_REKEY_REQUESTS", "1000000");
        environment.put("MANA_VAULT_RETENTION", "0s");
        return environment;
    }

    private Map<String, Integer> answersOnRecord() throws SQLException {
        var answers = new HashMap<String, Integer>();
        try (var admin = database.connectAsAdmin();
                var rows = admin.createStatement().executeQuery("""
                        SELECT user_id, count(*) FROM auth.encryption_vault_audit WHERE status < 300 GROUP BY user_id""")) {
            while (rows.next()) {
                answers.put(rows.getString(1), rows.getInt(2));
            }
        }
        return answers;
    }

    /** Vaults whose trail does not say how they came to be what they are, and trails of vaults that are not there. */
    private int brokenVaults() throws SQLException {
        try (var admin = database.connectAsAdmin();
                var rows = admin.createStatement().executeQuery("""
                        SELECT count(*)
                        FROM auth.encryption_vaults AS vault
                        FULL JOIN (SELECT user_id,
                                          count(*) FILTER (WHERE action = 'init') AS made,
                                          count(*) FILTER (WHERE action = 'rotate') AS changed
                                   FROM auth.encryption_vault_audit
                                   WHERE status < 300
                                   GROUP BY user_id) AS trail USING (user_id)
                        WHERE (made = 1 AND key_generation = changed + 1) IS NOT TRUE""")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
