package how.mana.auth.caller;

import org.eclipse.microprofile.config.spi.Converter;

/** A number of proxies, which is not negative. Public, because the framework makes it. */
public final class ProxyCount implements Converter<Integer> {
    private static final long serialVersionUID = 1;

    public ProxyCount() {}

    @Override
    public Integer convert(String value) {
        var count = Integer.valueOf(value);
        if (count < 0) {
            throw new IllegalArgumentException("a number of proxies is 0 or more");
        }
        return count;
    }
}
