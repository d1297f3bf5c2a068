package how.mana.auth.vault;

import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.AdminDatabase;
import how.mana.auth.account.Mailbox;
import how.mana.auth.vault.Vaults.Recovery;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Owners are told by mail what was done to their vault, and of nothing that was not done. */
@QuarkusTest
class OwnerNoticesTest {
    @Test
    void ofZeroKnowledgeSwitchedOnAndOff() {
        var vault = Vaults.withRecoveryWrap();
        var masterKey = vault.masterKey();
        vault.enableZeroKnowledge().then().statusCode(200);
        assertThat(told(vault)).containsExactly("zero-knowledge-enabled");

        vault.enableZeroKnowledge().then().statusCode(200);
        assertThat(told(vault)).as("already on").hasSize(1);

        vault.disableZeroKnowledge(Vaults.base64(32)).then().statusCode(400);
        assertThat(told(vault)).as("refused").hasSize(1);

        vault.disableZeroKnowledge(masterKey).then().statusCode(200);
        assertThat(told(vault)).containsExactlyInAnyOrder("zero-knowledge-enabled", "zero-knowledge-disabled");

        vault.disableZeroKnowledge(masterKey).then().statusCode(200);
        assertThat(told(vault)).as("already off").hasSize(2);
    }

    @Test
    void ofARecoveryWrapThatIsReplacedWhileItIsTheOnlyOne() {
        var vault = Vaults.withRecoveryWrap();
        vault.setRecovery(Recovery.random()).then().statusCode(200);
        assertThat(told(vault)).as("the service can open the vault").isEmpty();

        vault.enableZeroKnowledge().then().statusCode(200);
        var next = Recovery.random();
        vault.setRecovery(next).then().statusCode(200);
        vault.setRecovery(next).then().statusCode(200);
        vault.post("/recovery-wrap/restore", Map.of()).then().statusCode(200);

        assertThat(told(vault))
                .as("replaced, the same once more, and put back")
                .containsExactlyInAnyOrder(
                        "zero-knowledge-enabled", "recovery-wrap-replaced", "recovery-wrap-replaced");
    }

    @Test
    void ofANewKey() {
        var vault = Vaults.ofNewUser();
        vault.rotate().then().statusCode(200);
        assertThat(told(vault)).as("the first key is not a new one").isEmpty();

        vault.rotate().then().statusCode(200);

        assertThat(told(vault)).containsExactly("vault-rekeyed");
    }

    @Test
    void notOfANewKeyThatIsRefused() {
        var vault = Vaults.zeroKnowledge();

        vault.rotate().then().statusCode(409);

        assertThat(told(vault)).containsExactly("zero-knowledge-enabled");
    }

    @Test
    void notAtAnAddressThatLeadsNowhere() {
        var vault = Vaults.initialised();
        AdminDatabase.execute(
                "UPDATE auth.users SET email = ? WHERE id = ?", vault.userId() + "@users.invalid", vault.userId());

        vault.rotate().then().statusCode(200);

        assertThat(new Mailbox(vault.userId() + "@users.invalid").kinds()).isEmpty();
    }

    @Test
    void notOfWhatWasNotCommitted() {
        var vault = Vaults.initialised();
        AdminDatabase.execute("ALTER TABLE auth.encryption_vault_audit RENAME TO away");
        try {
            vault.rotate().then().statusCode(503);
        } finally {
            AdminDatabase.execute("ALTER TABLE auth.away RENAME TO encryption_vault_audit");
        }

        assertThat(told(vault)).isEmpty();
    }

    private static List<String> told(Vaults vault) {
        return new Mailbox(vault.userId() + "@test.local").kinds();
    }
}
