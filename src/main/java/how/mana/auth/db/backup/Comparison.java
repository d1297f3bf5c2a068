package how.mana.auth.db.backup;

import how.mana.auth.db.keks.KnownKek;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says of everything that is in a dump or in its copy whether it is the same in both. */
final class Comparison {
    private final Contents dumped;
    private final Contents restored;
    private final Consumer<Check> checks;

    Comparison(Contents dumped, Contents restored, Consumer<Check> checks) {
        this.dumped = dumped;
        this.restored = restored;
        this.checks = checks;
    }

    void run() {
        same("schema", dumped.changeset(), restored.changeset());
        Stream.of(dumped.tables(), restored.tables())
                .flatMap(tables -> tables.keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new))
                .forEach(table -> same("table " + table, rows(dumped, table), rows(restored, table)));
        objects();
        keks();
    }

    private static @Nullable String rows(Contents contents, String table) {
        var rows = contents.tables().get(table);
        return rows == null ? null : rows + " rows";
    }

    private void objects() {
        var all = new TreeSet<>(dumped.objects());
        all.addAll(restored.objects());
        for (var object : all) {
            if (!dumped.objects().contains(object) || !restored.objects().contains(object)) {
                same(object, is(dumped, object), is(restored, object));
            }
        }
        checks.accept(new Check(
                dumped.objects().equals(restored.objects()),
                "triggers and functions",
                restored.objects().size() + " of " + dumped.objects().size()));
    }

    private static @Nullable String is(Contents contents, String object) {
        return contents.objects().contains(object) ? "there" : null;
    }

    private void keks() {
        var before = keks(dumped);
        var after = keks(restored);
        Stream.of(before, after)
                .flatMap(keks -> keks.keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new))
                .forEach(id -> same("KEK " + id, before.get(id), after.get(id)));
    }

    private static TreeMap<String, String> keks(Contents contents) {
        return contents.keks().stream()
                .collect(Collectors.toMap(KnownKek::id, text(), (one, other) -> other, TreeMap::new));
    }

    private static Function<KnownKek, String> text() {
        return kek -> kek.state().word() + ", fingerprint " + kek.fingerprint().orElse("not recorded");
    }

    private void same(String what, @Nullable String before, @Nullable String after) {
        var same = Objects.equals(before, after);
        var here = Objects.requireNonNullElse(after, "missing");
        var there = Objects.requireNonNullElse(before, "nothing");
        checks.accept(new Check(same, what, same ? here : here + "; the manifest has " + there));
    }
}
