package how.mana.auth.cli;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a command was called with, which is what its {@link Syntax} allows and no more. */
public final class Arguments {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})([smhd])");
    private static final Map<String, Duration> UNITS = Map.of(
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    private final Syntax syntax;
    private final Map<String, String> options = new LinkedHashMap<>();
    private final List<String> operands = new ArrayList<>();

    private Arguments(Syntax syntax) {
        this.syntax = syntax;
    }

    /**
     * @param rest what followed the words of the command; a value follows its option, or an equals sign there
     * @throws MisusedException if it is not what {@code syntax} wants
     */
    static Arguments parse(Syntax syntax, List<String> rest) {
        var parsed = new Arguments(syntax);
        var left = new ArrayDeque<>(rest);
        while (!left.isEmpty()) {
            parsed.take(left.removeFirst(), left);
        }
        parsed.requireAll();
        return parsed;
    }

    private void take(String argument, Deque<String> left) {
        if (argument.startsWith("-")) {
            takeOption(argument.split("=", 2), left);
        } else if (operands.size() < syntax.operands().size()) {
            operands.add(argument);
        } else {
            throw new MisusedException("One argument is too many");
        }
    }

    private void takeOption(String[] nameAndValue, Deque<String> left) {
        var option = syntax.find(nameAndValue[0]).orElseThrow(() -> new MisusedException("One option is not known"));
        var name = option.name();
        if (option.value().isEmpty() && nameAndValue.length > 1) {
            throw new MisusedException(name + " takes no value");
        }
        if (option.value().isPresent() && nameAndValue.length == 1 && left.isEmpty()) {
            throw new MisusedException(name + " needs a value");
        }
        var flag = option.value().isEmpty();
        var value = flag ? "" : nameAndValue.length > 1 ? nameAndValue[1] : left.removeFirst();
        if (options.put(name, value) != null) {
            throw new MisusedException(name + " is there twice");
        }
    }

    private void requireAll() {
        syntax.options().stream()
                .filter(option -> option.required() && !options.containsKey(option.name()))
                .findFirst()
                .ifPresent(missing -> {
                    throw new MisusedException(missing.name() + " is missing");
                });
        if (operands.size() < syntax.operands().size()) {
            throw new MisusedException(syntax.operands().get(operands.size()) + " is missing");
        }
    }

    /** Whether the flag is there. */
    public boolean has(String flag) {
        return find(flag).isPresent();
    }

    /** Whether the result is to be one JSON line. */
    public boolean json() {
        return has(Syntax.JSON.name());
    }

    /** The value of an option, if it is there. */
    public Optional<String> find(String option) {
        if (syntax.find(option).isEmpty()) {
            throw new IllegalArgumentException(syntax.name() + " has no " + option);
        }
        return Optional.ofNullable(options.get(option));
    }

    /** The value of an operand. */
    public String operand(String name) {
        return operands.get(syntax.operands().indexOf(name));
    }

    /** The value of an option as a number from {@code lowest} to {@code highest}; else the command was misused. */
    public Optional<Long> number(String option, long lowest, long highest) {
        return find(option).map(text -> {
            var number = text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
            if (number < lowest || number > highest) {
                throw new MisusedException(option + " must be a number from " + lowest + " to " + highest);
            }
            return number;
        });
    }

    /** The value of an option as a time such as {@code 90s}, {@code 15m}, {@code 2h} or {@code 7d}; else the command was misused. */
    public Optional<Duration> duration(String option) {
        return find(option).map(text -> Optional.of(DURATION.matcher(text))
                .filter(Matcher::matches)
                .map(matcher -> unit(matcher.group(2)).multipliedBy(Long.parseLong(matcher.group(1))))
                .orElseThrow(() -> new MisusedException(option + " must be a time such as 90s, 15m, 2h or 7d")));
    }

    private static Duration unit(String letter) {
        return UNITS.getOrDefault(letter, Duration.ZERO);
    }
}
