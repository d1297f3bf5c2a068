package how.mana.auth.caller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {
    private static final String PEER = "10.0.0.1";

    @Test
    void withoutTrustedProxiesTheHeaderCountsForNothing() {
        assertThat(ClientAddress.of(List.of("203.0.113.9"), PEER, 0)).isEqualTo(PEER);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.9 | 1 | 203.0.113.9",
                "evil, 203.0.113.9 | 1 | 203.0.113.9",
                "198.51.100.7, 203.0.113.9 | 1 | 203.0.113.9",
                "198.51.100.7, 203.0.113.9 | 2 | 198.51.100.7",
                "1.1.1.1, 198.51.100.7, 203.0.113.9 | 2 | 198.51.100.7",
                "203.0.113.9 | 3 | 203.0.113.9",
                "203.0.113.9:4711 | 1 | 203.0.113.9",
                "[2001:db8::1]:4711 | 1 | 2001:db8::1",
                "2001:db8::1 | 1 | 2001:db8::1",
            })
    void onlyTheEntriesOfTrustedProxiesCount(String header, int trusted, String expected) {
        assertThat(ClientAddress.of(List.of(header), PEER, trusted)).isEqualTo(expected);
    }

    @Test
    void severalHeaderLinesAreOneList() {
        assertThat(ClientAddress.of(List.of("1.1.1.1", "198.51.100.7, 203.0.113.9"), PEER, 2))
                .isEqualTo("198.51.100.7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unknown",
                "'; DROP TABLE",
                "_hidden",
                "1.2.3",
                "localhost",
                "203.0.113.9, ",
                ":\0:",
                "1.1\n.1.1"
            })
    void whatIsNoAddressIsNotBelieved(String header) {
        assertThat(ClientAddress.of(List.of(header), PEER, 1)).isEqualTo(PEER);
    }

    @Test
    void withoutTheHeaderThePeerIsTheClient() {
        assertThat(ClientAddress.of(List.of(), PEER, 2)).isEqualTo(PEER);
        assertThat(ClientAddress.of(List.of(), null, 0)).isNull();
    }

    @Test
    void aUserIdInALogCannotForgeALine() {
        assertThat(new UserId("a\nERROR forged\r\u001b[0m").toString()).doesNotContain("\n", "\r", "\u001b");
        assertThat(new UserId("a\nb").value()).isEqualTo("a\nb");
    }
}
