package how.mana.auth.token;

import org.eclipse.microprofile.config.spi.Converter;

/** One of two words: a third must not count as the safe one by accident. Public, because the framework makes it. */
public final class TrueOrFalse implements Converter<Boolean> {
    private static final long serialVersionUID = 1;

    public TrueOrFalse() {}

    @Override
    public Boolean convert(String value) {
        if (value.equals("true") || value.equals("false")) {
            return Boolean.valueOf(value);
        }
        throw new IllegalArgumentException("AUTH_PROVISION_USERS must be true or false");
    }
}
