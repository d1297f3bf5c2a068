package how.mana.auth.cli;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** How to use the commands. */
final class Help {
    private static final Set<String> WORDS = Set.of("help", "--help", "-h");

    private final List<Command> commands;

    Help(List<Command> commands) {
        this.commands = commands;
    }

    /** Whether one of these asks for help and not for work. */
    static boolean isAskedBy(List<String> arguments) {
        return "help".equals(arguments.get(0))
                || arguments.stream().anyMatch(argument -> !argument.equals("help") && WORDS.contains(argument));
    }

    /** Of all commands. */
    String all() {
        return "Usage: mana-auth" + " ".repeat(33) + "serve\n"
                + commands.stream().map(Help::of).collect(Collectors.joining())
                + "       mana-auth help [COMMAND]\n"
                + "\nExit codes: 0 done, 1 refused or failed, 2 called wrongly.\n";
    }

    /** Of the commands that begin with the words in front; of all, if none does. */
    String of(List<String> arguments) {
        var words = arguments.stream()
                .filter(argument -> !WORDS.contains(argument))
                .takeWhile(argument -> !argument.startsWith("-"))
                .toList();
        var named = commands.stream()
                .filter(command -> command.syntax().begins(words)
                        || words.size() < command.syntax().words().size()
                                && command.syntax()
                                        .words()
                                        .subList(0, words.size())
                                        .equals(words))
                .toList();
        return named.isEmpty() || words.isEmpty()
                ? all()
                : named.stream().map(Help::of).collect(Collectors.joining("", "Usage:\n", ""));
    }

    static String of(Command command) {
        return "       mana-auth " + command.syntax().synopsis() + "\n           " + command.summary() + "\n";
    }
}
