package how.mana.auth.crypto;

/** The KEK {@code env-v1} as the text of a variable. */
final class KekVariable implements KekProvider {
    private final String name;
    private final String text;

    KekVariable(String name, String text) {
        this.name = name;
        this.text = text;
    }

    @Override
    public void read(Taker taker) {
        byte[] key = CanonicalBase64.decode(text, KeyMaterial.LENGTH).orElseThrow(() -> KekFile.noKey(name));
        taker.take(KekId.DEFAULT, key, name);
    }
}
