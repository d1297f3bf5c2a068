package how.mana.auth.caller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        // The same host, through a socket or a gateway that speaks IPv6.
        "::ffff:192.0.2.7, 192.0.2.7",
        "::FFFF:192.0.2.7, 192.0.2.7",
        "::ffff:c000:207, 192.0.2.7",
        "0:0:0:0:0:ffff:c000:0207, 192.0.2.7",
        "0000:0000:0000:0000:0000:ffff:c000:0207, 192.0.2.7",
        "64:ff9b::192.0.2.7, 192.0.2.7",
        "64:ff9b::c000:207, 192.0.2.7",
        "0064:FF9B:0:0:0:0:C000:0207, 192.0.2.7",
        // Others: their network.
        "64:ff9b:1::c000:207, 64:ff9b:1:0::/64",
        "2001:db8:1:2:3:4:5:6, 2001:db8:1:2::/64",
        "2001:DB8:0001:0002::1, 2001:db8:1:2::/64",
        "2001:db8::1, 2001:db8:0:0::/64",
        "2001:db8:1:2:3:4:5::, 2001:db8:1:2::/64",
        "::2:3:4:5:6:7:8, 0:2:3:4::/64",
        "::, 0:0:0:0::/64",
        "::1, 0:0:0:0::/64",
        "::192.0.2.7, 0:0:0:0::/64",
        "::fffe:192.0.2.7, 0:0:0:0::/64",
        "fe80::1%eth0, fe80:0:0:0::/64",
        "FE80::1%2, fe80:0:0:0::/64",
    })
    void aNetworkIsWhatOneClientHas(String address, String network) {
        assertThat(new Client(address, null).network()).isEqualTo(network);
    }

    @ParameterizedTest
    @CsvSource({"1:2:3", "1::2::3", ":::", "1:2:3:4:5:6:7:8:9", "12345::", "::ffff:1.2.3", "::ffff:1.2.3.456"})
    void whatIsNoAddressIsCountedAsItIs(String address) {
        assertThat(new Client(address, null).network()).isEqualTo(address);
    }

    @Test
    void whereThereIsNoAddressAllCountAsOne() {
        assertThat(new Client(null, null).network()).isEqualTo("unknown");
    }

    /** Postgres stores neither: a row with them would be refused, and with it the act it records. */
    @ParameterizedTest
    @CsvSource({
        "'Moz\0illa', Mozilla",
        "'Moz\r\nilla\t\u0001\u001f\u007f\u0080\u009f', Mozilla",
        "'Moz\ud800illa', Mozilla",
        "'Moz\udc00illa', Mozilla",
        "'Mozilla\ud83d', Mozilla",
        "'Moz\ud83d\ude00illa', 'Moz\ud83d\ude00illa'",
        "'Mözilla (X11; Linux)', 'Mözilla (X11; Linux)'",
    })
    void aUserAgentIsKeptWithoutWhatPostgresRefuses(String sent, String kept) {
        assertThat(new Client(null, sent).userAgent()).isEqualTo(kept);
        assertThat(caller(sent).userAgent()).isEqualTo(kept);
    }

    @Test
    void aUserAgentIsCutButNotWithinACharacter() {
        var start = "a".repeat(Caller.MAX_USER_AGENT - 1);

        assertThat(new Client(null, start + "\0bc").userAgent()).isEqualTo(start + "b");
        assertThat(new Client(null, start + "\ud83d\ude00").userAgent()).isEqualTo(start);
        assertThat(caller(start + "\ud83d\ude00").userAgent()).isEqualTo(start);
        assertThat(new Client(null, null).userAgent()).isNull();
    }

    private static Caller caller(String userAgent) {
        return new Caller(new UserId("user-1"), Optional.empty(), null, userAgent);
    }
}
