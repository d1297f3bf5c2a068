package how.mana.auth.crypto;

/**
 * A place where KEKs are kept: a variable, a file, a directory, or a service elsewhere that opens them. Asked when the ring is
 * read, which is before anything is served, and never for a request. May block.
 */
public interface KekProvider {
    /**
     * Hands over every KEK it holds.
     *
     * @throws KekRefusedException naming the setting and the fix, if it cannot give what it was set up to give
     */
    void read(Taker taker);

    /** Takes what a provider holds. */
    interface Taker {
        /**
         * @param key 32 bytes, which the taker owns from here on and wipes
         * @param source says for an operator where they are from: a setting, and never what it holds
         * @throws KekRefusedException if no KEK may be like this
         */
        void take(KekId id, byte[] key, String source);
    }
}
