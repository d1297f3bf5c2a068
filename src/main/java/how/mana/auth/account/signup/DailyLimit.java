package how.mana.auth.account.signup;

import org.eclipse.microprofile.config.spi.Converter;

/** A number of people, which is not negative. Public, because the framework makes it. */
public final class DailyLimit implements Converter<Integer> {
    private static final long serialVersionUID = 1;

    public DailyLimit() {}

    @Override
    public Integer convert(String value) {
        var limit = Integer.valueOf(value);
        if (limit < 0) {
            throw new IllegalArgumentException("a daily limit is 0, for none, or more");
        }
        return limit;
    }
}
