package how.mana.auth.cli;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a command is called: its words, what may follow, and so its synopsis. {@code --json}, {@code --help} and {@code -h} every
 * command has.
 *
 * @param words its name, such as {@code kek status}
 * @param options what begins with two dashes
 * @param operands what follows without a dash, in this order, all of it required
 */
public record Syntax(List<String> words, List<Option> options, List<String> operands) {
    static final Option JSON = new Option("--json", Optional.empty(), false);

    /**
     * @param name with its two dashes
     * @param value what its value is called; empty for a flag
     */
    record Option(String name, Optional<String> value, boolean required) {
        private String synopsis() {
            var text = name + value.map(what -> " " + what).orElse("");
            return required ? text : "[" + text + "]";
        }
    }

    public Syntax {
        words = List.copyOf(words);
        options = List.copyOf(options);
        operands = List.copyOf(operands);
    }

    /** @param words separated by spaces */
    public static Syntax of(String words) {
        return new Syntax(List.of(words.split(" ")), List.of(), List.of());
    }

    /** And it may be called with {@code name}. */
    public Syntax flag(String name) {
        return with(new Option(name, Optional.empty(), false));
    }

    /** And it may be called with {@code name} and a value. */
    public Syntax option(String name, String value) {
        return with(new Option(name, Optional.of(value), false));
    }

    /** And it must be called with {@code name} and a value. */
    public Syntax required(String name, String value) {
        return with(new Option(name, Optional.of(value), true));
    }

    /** And it must be called with {@code name}, whatever that is then. */
    public Syntax operand(String name) {
        return new Syntax(
                words,
                options,
                Stream.concat(operands.stream(), Stream.of(name)).toList());
    }

    private Syntax with(Option option) {
        return new Syntax(
                words, Stream.concat(options.stream(), Stream.of(option)).toList(), operands);
    }

    /** Its words as one. */
    public String name() {
        return String.join(" ", words);
    }

    /** In one line. */
    String synopsis() {
        return Stream.of(
                        words.stream(),
                        operands.stream(),
                        options.stream().map(Option::synopsis),
                        Stream.of(JSON.synopsis()))
                .flatMap(parts -> parts)
                .reduce((left, right) -> left + " " + right)
                .orElseThrow();
    }

    /** Whether arguments that begin like this call it. */
    boolean begins(List<String> arguments) {
        return arguments.size() >= words.size()
                && arguments.subList(0, words.size()).equals(words);
    }

    Optional<Option> find(String name) {
        return Stream.concat(options.stream(), Stream.of(JSON))
                .filter(option -> option.name().equals(name))
                .findFirst();
    }
}
