package how.mana.auth.deploy;

import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.Rule;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The alerts, and what they ask of Prometheus. */
final class Alerts {
    static final Path DIRECTORY = Kustomize.ROOT.resolve("components/monitoring");

    /** Prometheus' own, and those of kube-state-metrics. */
    private static final Pattern FOREIGN = Pattern.compile("up|kube_\\w+");

    private static final Pattern SERIES = Pattern.compile("\\b([a-z]\\w*)\\{([^}]*)}");
    private static final Pattern EQUALS = Pattern.compile("(\\w+=\"[^\"]*\")");

    private Alerts() {}

    static List<Rule> all() {
        return Manifests.file("components/monitoring/alerts.yaml")
                .one(PrometheusRule.class)
                .getSpec()
                .getGroups()
                .stream()
                .flatMap(group -> group.getRules().stream())
                .toList();
    }

    /** A metric of ours and the labels it must have, {@code name="value"} each. */
    record Series(String metric, Set<String> labels) implements Comparable<Series> {
        @Override
        public int compareTo(Series other) {
            return toString().compareTo(other.toString());
        }
    }

    /** All that is asked of the service itself. Every series has a selector: without its job it would be anybody's. */
    static Set<Series> askedOfTheService() {
        var asked = new TreeSet<Series>();
        for (var alert : all()) {
            SERIES.matcher(alert.getExpr().getStrVal())
                    .results()
                    .filter(series -> !FOREIGN.matcher(series.group(1)).matches())
                    .forEach(series -> asked.add(new Series(series.group(1), labels(series.group(2)))));
        }
        return asked;
    }

    private static Set<String> labels(String selector) {
        var labels = new TreeSet<String>();
        EQUALS.matcher(selector).results().forEach(label -> labels.add(label.group(1)));
        // Prometheus adds that one.
        labels.remove("job=\"mana-auth\"");
        return labels;
    }
}
