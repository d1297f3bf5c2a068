package how.mana.auth.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KekRingTest {
    private static final KekId OLD = new KekId("env-v1");
    private static final KekId NEW = new KekId("env-v2");
    private static final WrapContext ALICES = WrapContext.masterKeyOf("alice", 1);

    private final SecureRandom random = new SecureRandom();
    private final KeyMaterial masterKey = KeyMaterial.random(random);

    @Test
    void aWrappedKeyUnwrapsToItself() {
        var ring = ring(OLD);

        try (var opened = ring.unwrap(ring.wrap(masterKey, ALICES), ALICES)) {
            assertThat(opened.sameAs(masterKey)).isTrue();
        }
    }

    @Test
    void wrappingLeavesTheKeyInPlace() {
        byte[] before = masterKey.copy();

        ring(OLD).wrap(masterKey, ALICES);

        assertThat(masterKey.copy()).isEqualTo(before);
    }

    @Test
    void newWrapsComeFromTheActiveKekInFormatTwo() {
        var wrapped = ring(NEW).wrap(masterKey, ALICES);

        assertThat(wrapped.kekId()).isEqualTo(NEW);
        assertThat(wrapped.format()).isEqualTo(WrappedKey.FORMAT_2);
        assertThat(Base64.getDecoder().decode(wrapped.nonce())).hasSize(12);
        assertThat(Base64.getDecoder().decode(wrapped.ciphertext())).hasSize(48);
    }

    @Test
    void aRetiredKekStillUnwraps() {
        var wrapped = ring(OLD).wrap(masterKey, ALICES);

        try (var opened = ring(NEW).unwrap(wrapped, ALICES)) {
            assertThat(opened.sameAs(masterKey)).isTrue();
        }
    }

    @Test
    void noTwoWrapsOfOneKeyShareTheirNonce() {
        var ring = ring(OLD);
        Set<String> nonces = new HashSet<>();
        Set<String> ciphertexts = new HashSet<>();

        for (int i = 0; i < 1_000; i++) {
            var wrapped = ring.wrap(masterKey, ALICES);
            nonces.add(wrapped.nonce());
            ciphertexts.add(wrapped.ciphertext());
        }

        assertThat(nonces).hasSize(1_000);
        assertThat(ciphertexts).hasSize(1_000);
    }

    /** Everything a wrap is bound to, in every combination: it opens where it was made and nowhere else. */
    @Test
    void aWrapMovedAnywhereElseDoesNotOpen() {
        // Both ids hold the same bytes, so that only the binding can tell them apart.
        var ring = Rings.of(List.of(kek(OLD, 1), kek(NEW, 1)), OLD, random);
        for (Place made : places()) {
            var wrapped = wrapAt(made);
            for (Place opened : places()) {
                var moved = new WrappedKey(wrapped.format(), opened.kekId(), wrapped.nonce(), wrapped.ciphertext());
                if (made.equals(opened)) {
                    assertThat(ring.unwrap(moved, opened.context()).sameAs(masterKey))
                            .isTrue();
                } else {
                    assertThatExceptionOfType(UnwrapFailedException.class)
                            .as("%s opened as %s", made, opened)
                            .isThrownBy(() -> ring.unwrap(moved, opened.context()));
                }
            }
        }
    }

    private record Place(KekId kekId, WrapContext context) {}

    private static List<Place> places() {
        return Stream.of(OLD, NEW)
                .flatMap(kek -> Stream.of(Purpose.values()).flatMap(purpose -> Stream.of("alice", "bob", "alice2")
                        .flatMap(owner -> Stream.of(1L, 2L, 1L << 32)
                                .map(generation -> new Place(kek, new WrapContext(purpose, owner, generation))))))
                .toList();
    }

    private WrappedKey wrapAt(Place place) {
        return Rings.of(List.of(kek(place.kekId(), 1)), place.kekId(), random).wrap(masterKey, place.context());
    }

    @Test
    void aWrapOfOneFormatDoesNotOpenAsTheOther() {
        var ring = Rings.of(List.of(kek(OLD, 0)), OLD, random);
        var two = ring.wrap(masterKey, ALICES);
        var one = new WrappedKey(
                1, OLD, "AQEBAQEBAQEBAQEB", "dUHBaX6Mfvpqv+6NtyJyZqx0/kgb8yMhF6wLq+PyufNpGkQ/HBor34tTrfGgAb6t");

        assertRefused(ring, new WrappedKey(1, OLD, two.nonce(), two.ciphertext()));
        assertRefused(ring, new WrappedKey(2, OLD, one.nonce(), one.ciphertext()));
        assertThat(ring.unwrap(one, ALICES).copy()).startsWith(0, 1, 2, 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 3, 257, 258, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void anUnknownFormatDoesNotOpen(int format) {
        var ring = ring(OLD);
        var wrapped = ring.wrap(masterKey, ALICES);

        assertRefused(ring, new WrappedKey(format, OLD, wrapped.nonce(), wrapped.ciphertext()));
    }

    @ParameterizedTest
    @MethodSource("everyBit")
    void aWrapWithOneBitChangedDoesNotOpen(int bit) {
        var ring = ring(OLD);
        var wrapped = ring.wrap(masterKey, ALICES);

        if (bit < 12 * 8) {
            assertRefused(ring, new WrappedKey(2, OLD, flipped(wrapped.nonce(), bit), wrapped.ciphertext()));
        }
        assertRefused(ring, new WrappedKey(2, OLD, wrapped.nonce(), flipped(wrapped.ciphertext(), bit)));
    }

    static IntStream everyBit() {
        return IntStream.range(0, 48 * 8);
    }

    private static String flipped(String base64, int bit) {
        byte[] bytes = Base64.getDecoder().decode(base64);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Canonical base64 only, of 12 and 48 bytes only; never a raw exception of the decoder or the cipher. */
    @ParameterizedTest
    @MethodSource("spoilers")
    void aWrapInAnyOtherSpellingDoesNotOpen(UnaryOperator<String> spoil) {
        var ring = ring(OLD);
        var wrapped = ring.wrap(masterKey, ALICES);

        assertRefused(ring, new WrappedKey(2, OLD, spoil.apply(wrapped.nonce()), wrapped.ciphertext()));
        assertRefused(ring, new WrappedKey(2, OLD, wrapped.nonce(), spoil.apply(wrapped.ciphertext())));
    }

    static Stream<UnaryOperator<String>> spoilers() {
        return Stream.of(
                text -> "",
                text -> " ",
                text -> "\0",
                text -> "=",
                text -> text + "\n",
                text -> " " + text,
                text -> text + "AAAA",
                text -> text + "=",
                text -> text.substring(4),
                text -> text.substring(1),
                text -> text.substring(0, text.length() - 1),
                text -> text.substring(0, text.length() - 1) + "=",
                text -> text.substring(0, text.length() - 1) + '\u0141',
                text -> "\ud83d\udd11".repeat(8),
                text -> "not base64!!",
                text -> "A".repeat(100_000));
    }

    @Test
    void aFailureTellsNothingAboutItsCause() {
        var ring = ring(OLD);
        var wrapped = ring.wrap(masterKey, ALICES);

        var wrongOwner = assertRefused(ring, wrapped, WrapContext.masterKeyOf("bob", 1));
        var malformed = assertRefused(ring, new WrappedKey(2, OLD, "?", wrapped.ciphertext()));

        assertThat(wrongOwner).hasMessage(malformed.getMessage()).hasNoCause();
        assertThat(malformed).hasNoCause();
        assertThat(wrongOwner.getStackTrace()).isEmpty();
        assertThat(malformed.getStackTrace()).isEmpty();
    }

    @Test
    void theRightIdWithTheWrongBytesDoesNotOpen() {
        var wrapped = ring(OLD).wrap(masterKey, ALICES);

        assertRefused(Rings.of(List.of(kek(OLD, 99)), OLD, random), wrapped);
    }

    @Test
    void aKekOutsideTheRingIsNamed() {
        var wrapped = ring(NEW).wrap(masterKey, ALICES);
        var without = Rings.of(List.of(kek(OLD, 1)), OLD, random);

        assertThatExceptionOfType(KekUnavailableException.class)
                .isThrownBy(() -> without.unwrap(wrapped, ALICES))
                .withMessage("The ring has no KEK env-v2")
                .satisfies(refused -> assertThat(refused.missing()).contains(NEW))
                .satisfies(refused -> assertThat(refused.getStackTrace()).isEmpty());
    }

    /** The ring looks a KEK up by the id in the wrap; the KEK does not rely on it. */
    @Test
    void aKekRefusesTheWrapOfAnotherIdEvenInFormatOne() {
        var wrapped = new WrappedKey(
                1, NEW, "AQEBAQEBAQEBAQEB", "dUHBaX6Mfvpqv+6NtyJyZqx0/kgb8yMhF6wLq+PyufNpGkQ/HBor34tTrfGgAb6t");

        assertThatExceptionOfType(UnwrapFailedException.class)
                .isThrownBy(() -> kek(OLD, 0).unwrap(wrapped, ALICES));
    }

    @Test
    void aRingHasTheKekThatIsWantedAndNoIdTwice() {
        assertThatIllegalArgumentException().isThrownBy(() -> KekRing.of(List.of(), OLD, random));
        assertThatIllegalArgumentException().isThrownBy(() -> KekRing.of(List.of(kek(OLD, 1)), NEW, random));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KekRing.of(List.of(kek(OLD, 1), kek(OLD, 1)), OLD, random));
    }

    @Test
    void aRingKnowsItsKeks() {
        var ring = ring(NEW);

        assertThat(ring.active()).contains(NEW);
        assertThat(ring.ids()).containsExactly(OLD, NEW).isUnmodifiable();
        assertThat(ring.fingerprint(OLD)).hasValue(kek(OLD, 1).fingerprint());
        assertThat(ring.fingerprint(NEW)).hasValue(kek(NEW, 2).fingerprint());
        assertThat(ring.fingerprint(new KekId("env-v3"))).isEmpty();
    }

    @Test
    void toStringShowsIdsAndFingerprintsOnly() {
        assertThat(ring(NEW))
                .hasToString("KekRing[active env-v2, [Kek[env-v1, fingerprint %s], Kek[env-v2, fingerprint %s]]]"
                        .formatted(kek(OLD, 1).fingerprint(), kek(NEW, 2).fingerprint()));
    }

    @Test
    void aFingerprintDependsOnTheBytesAndNotOnTheId() {
        assertThat(kek(OLD, 1).fingerprint())
                .isEqualTo(kek(NEW, 1).fingerprint())
                .hasSize(32);
        assertThat(kek(OLD, 1).fingerprint()).isNotEqualTo(kek(OLD, 2).fingerprint());
    }

    @Test
    void closingAKekZeroesTheOwnedArrayAndEndsItsUse() {
        byte[] owned = filled(32, 7);
        var kek = Kek.takeOwnershipOf(OLD, owned);
        var wrapped = kek.wrap(masterKey, ALICES, random);
        var fingerprint = kek.fingerprint();

        kek.close();
        kek.close();

        assertThat(owned).containsOnly(0);
        assertThat(kek.fingerprint()).isEqualTo(fingerprint);
        assertThatIllegalStateException().isThrownBy(() -> kek.wrap(masterKey, ALICES, random));
        assertThatIllegalStateException().isThrownBy(() -> kek.unwrap(wrapped, ALICES));
    }

    @Test
    void aClosedMasterKeyIsNotWrapped() {
        masterKey.close();

        assertThatIllegalStateException().isThrownBy(() -> ring(OLD).wrap(masterKey, ALICES));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 31, 33})
    void aKekOfAnotherLengthIsRefusedAndWiped(int length) {
        byte[] wrong = filled(length, 7);

        assertThatIllegalArgumentException().isThrownBy(() -> Kek.takeOwnershipOf(OLD, wrong));

        assertThat(wrong).doesNotContain(7);
    }

    @Test
    void theKeyBehindAKekHidesItselfAndEndsWhenDestroyed() {
        var key = new RawKey("AES", filled(32, 7));

        assertThat(key).hasToString("RawKey[hidden]");
        assertThat(key.getAlgorithm()).isEqualTo("AES");
        assertThat(key.getFormat()).isEqualTo("RAW");
        assertThat(key.getEncoded()).containsOnly(7);
        assertThat(key.isDestroyed()).isFalse();

        key.destroy();

        assertThat(key.isDestroyed()).isTrue();
        assertThatIllegalStateException().isThrownBy(key::getEncoded);
    }

    @Test
    void aRingWithoutOrdersOpensAndMakesNothing() {
        var wrapped = ring(OLD).wrap(masterKey, ALICES);
        var ring = KekRing.of(List.of(kek(OLD, 1)), OLD, random);
        ring.credit(OLD, 1);

        assertUnavailable(() -> ring.unwrap(wrapped, ALICES));
        assertUnavailable(() -> ring.wrap(masterKey, ALICES));
        assertThat(ring.active()).isEmpty();
        assertThat(ring.opens(wrapped, ALICES)).isTrue();
    }

    /** A process that was paused must not act on what it knew before. */
    @Test
    void ordersEndOnTime() {
        var now = new AtomicLong(7);
        var ring = KekRing.of(List.of(kek(OLD, 1)), OLD, random, now::get);
        ring.credit(OLD, 10);
        ring.follow(orders(Optional.of(OLD), false, 1, 5), ring.now());
        now.addAndGet(4);
        var wrapped = ring.wrap(masterKey, ALICES);
        ring.writeWith(Optional.of(OLD)); // is no sign of life

        now.addAndGet(1);

        assertUnavailable(() -> ring.unwrap(wrapped, ALICES));
        assertUnavailable(() -> ring.wrap(masterKey, ALICES));
        ring.follow(orders(Optional.of(OLD), false, 1, 5), ring.now());
        ring.unwrap(wrapped, ALICES).close();
    }

    @Test
    void aSealedRingSaysSo() {
        var ring = ring(OLD);
        var wrapped = ring.wrap(masterKey, ALICES);

        ring.follow(orders(Optional.of(OLD), true, 1, Long.MAX_VALUE), ring.now());

        assertThat(assertUnavailable(() -> ring.unwrap(wrapped, ALICES)).isSealed())
                .isTrue();
        assertThat(assertUnavailable(() -> ring.wrap(masterKey, ALICES)).isSealed())
                .isTrue();
    }

    @Test
    void noWrapIsMadeThatWasNotCountedBefore() {
        var ring = KekRing.of(List.of(kek(OLD, 1), kek(NEW, 2)), OLD, random);
        ring.follow(orders(Optional.of(OLD), false, 1, Long.MAX_VALUE), ring.now());
        ring.credit(OLD, 2);
        ring.credit(NEW, 1);

        ring.wrap(masterKey, ALICES);
        ring.wrap(masterKey, ALICES);

        assertThat(ring.credit()).isZero();
        assertUnavailable(() -> ring.wrap(masterKey, ALICES));
        ring.writeWith(Optional.of(NEW));
        assertThat(ring.wrap(masterKey, ALICES).kekId()).isEqualTo(NEW);
        assertThat(ring.wraps(OLD)).isEqualTo(2);
    }

    @Test
    void behindTheFenceFormatOneDoesNotOpen() {
        var wrapped = new WrappedKey(
                1, OLD, "AQEBAQEBAQEBAQEB", "dUHBaX6Mfvpqv+6NtyJyZqx0/kgb8yMhF6wLq+PyufNpGkQ/HBor34tTrfGgAb6t");
        var ring = Rings.of(List.of(kek(OLD, 0)), OLD, random);
        ring.unwrap(wrapped, ALICES).close();

        ring.follow(orders(Optional.of(OLD), false, 2, Long.MAX_VALUE), ring.now());

        assertRefused(ring, wrapped);
    }

    @Test
    void aRingTakesOverWhatItLacksAndOnlyIfItIsTheRightOne() {
        var ring = Rings.of(List.of(kek(OLD, 1)), OLD, random);
        var wrapped = ring(NEW).wrap(masterKey, ALICES);
        byte[] wrong = filled(32, 9);
        byte[] again = filled(32, 1);

        var refused = ring.adopt(
                KekRing.of(List.of(Kek.takeOwnershipOf(NEW, wrong)), NEW, random),
                Map.of(NEW, kek(NEW, 2).fingerprint()));
        var taken = ring.adopt(
                KekRing.of(List.of(kek(NEW, 2), Kek.takeOwnershipOf(OLD, again)), NEW, random),
                Map.of(NEW, kek(NEW, 2).fingerprint(), OLD, kek(OLD, 1).fingerprint()));

        assertThat(refused).isEmpty();
        assertThat(taken).containsExactly(NEW);
        assertThat(wrong).containsOnly(0);
        assertThat(again).containsOnly(0);
        ring.unwrap(wrapped, ALICES).close();
        ring.wrap(masterKey, ALICES);
    }

    private static KekUnavailableException assertUnavailable(Executable work) {
        return assertThrows(KekUnavailableException.class, work);
    }

    private static KekRing.Orders orders(Optional<KekId> active, boolean sealed, int lowestFormat, long validNanos) {
        return new KekRing.Orders(active, sealed, lowestFormat, validNanos);
    }

    /** One ring, many threads: a shared cipher would mix their calls up. */
    @Test
    void manyThreadsMayUseOneRing() {
        var ring = ring(OLD);

        boolean allOpened = IntStream.range(0, 4_000).parallel().allMatch(i -> {
            var context = WrapContext.masterKeyOf("user-" + i, 1);
            try (var key = KeyMaterial.random(random);
                    var opened = ring.unwrap(ring.wrap(key, context), context)) {
                return opened.sameAs(key);
            }
        });

        assertThat(allOpened).isTrue();
    }

    private KekRing ring(KekId active) {
        return Rings.of(List.of(kek(OLD, 1), kek(NEW, 2)), active, random);
    }

    private static Kek kek(KekId id, int value) {
        return Kek.takeOwnershipOf(id, filled(32, value));
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static UnwrapFailedException assertRefused(KekRing ring, WrappedKey wrapped) {
        return assertRefused(ring, wrapped, ALICES);
    }

    private static UnwrapFailedException assertRefused(KekRing ring, WrappedKey wrapped, WrapContext context) {
        return assertThrows(UnwrapFailedException.class, () -> ring.unwrap(wrapped, context));
    }
}
