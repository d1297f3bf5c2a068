package how.mana.auth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** As much of a Dockerfile as its tests ask for: its stages and what each does, line by line. */
record Dockerfile(List<Stage> stages) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Dockerfile read(String name) {
        var stages = new ArrayList<Stage>();
        for (var instruction : instructions(Path.of("src/main/docker", name))) {
            if (instruction.keyword().equals("FROM")) {
                stages.add(Stage.of(instruction));
            } else {
                assertThat(stages).as("nothing stands before the first FROM").isNotEmpty();
                stages.get(stages.size() - 1).instructions().add(instruction);
            }
        }
        return new Dockerfile(stages);
    }

    /** One to a line, comments out and continued lines joined. */
    private static List<Instruction> instructions(Path file) {
        try {
            var text = new StringBuilder();
            Files.readAllLines(file).stream()
                    .filter(line -> !line.stripLeading().startsWith("#"))
                    .forEach(line ->
                            text.append(line.endsWith("\\") ? line.substring(0, line.length() - 1) : line + "\n"));
            return text.toString()
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(Instruction::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one that becomes the image. */
    Stage last() {
        return stages.get(stages.size() - 1);
    }

    Optional<Stage> stage(String name) {
        return stages.stream()
                .filter(stage -> !name.isEmpty() && stage.name().equals(name))
                .findFirst();
    }

    /** A stage and, if it is built on another, that and so on. */
    List<Stage> chain(Stage stage) {
        var chain = new ArrayList<Stage>();
        var next = Optional.of(stage);
        while (next.isPresent()) {
            chain.add(next.get());
            next = stage(next.get().base());
        }
        return chain;
    }

    /** Every image of somebody else's that the build takes something from. */
    List<String> foreignImages() {
        var bases = stages.stream().map(Stage::base);
        var copied = stages.stream().flatMap(Stage::copies).flatMap(copy -> copy.from().stream());
        return Stream.concat(bases, copied)
                .filter(image -> stage(image).isEmpty())
                .distinct()
                .toList();
    }

    record Stage(String base, String name, List<Instruction> instructions) {
        static Stage of(Instruction from) {
            var words = from.arguments().split("\\s+");
            var named = words.length == 3 && words[1].equalsIgnoreCase("AS");
            return new Stage(words[0], named ? words[2] : "", new ArrayList<>());
        }

        Stream<String> all(String keyword) {
            return instructions.stream()
                    .filter(instruction -> instruction.keyword().equals(keyword))
                    .map(Instruction::arguments);
        }

        /** What counts of an instruction that replaces those before it. */
        Optional<String> lastOf(String keyword) {
            return all(keyword).reduce((first, second) -> second);
        }

        Stream<Copy> copies() {
            return Stream.concat(all("COPY"), all("ADD")).map(Copy::of);
        }

        /** @throws IllegalStateException if it is a shell's line or not there at all */
        List<String> entrypoint() {
            return execForm(lastOf("ENTRYPOINT").orElse(""));
        }
    }

    static List<String> execForm(String arguments) {
        try {
            return JSON.readValue(arguments, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not the exec form: " + arguments, e);
        }
    }

    record Instruction(String keyword, String arguments) {
        static Instruction of(String line) {
            var words = line.strip().split("\\s+", 2);
            return new Instruction(words[0].toUpperCase(Locale.ROOT), words.length == 2 ? words[1] : "");
        }
    }

    /** @param from a stage or an image; empty for the build context */
    record Copy(Optional<String> from, List<String> flags, List<String> sources, String target) {
        static Copy of(String arguments) {
            var flags = new ArrayList<String>();
            var paths = new ArrayList<String>();
            for (var word : arguments.split("\\s+")) {
                (word.startsWith("--") ? flags : paths).add(word);
            }
            var from = flags.stream()
                    .filter(flag -> flag.startsWith("--from="))
                    .map(flag -> flag.substring("--from=".length()))
                    .findFirst();
            return new Copy(from, flags, paths.subList(0, paths.size() - 1), paths.get(paths.size() - 1));
        }
    }
}
