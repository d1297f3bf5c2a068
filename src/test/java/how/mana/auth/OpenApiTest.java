package how.mana.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.problem.Refusal;
import io.quarkus.arc.profile.IfBuildProfile;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The description of the API is written by hand: it says what is there, all of it and nothing else. */
class OpenApiTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("how.mana.auth");

    private static final JsonNode DOCUMENT = read();

    /** Codes of second factors and passkeys, which clients know and no route says yet. */
    private static final Set<String> NOT_REACHED_YET = Set.of(
            "TWO_FACTOR_REQUIRED",
            "TWO_FACTOR_FAILED",
            "PASSKEY_NOT_ENABLED",
            "PASSKEY_CANCELLED",
            "PASSKEY_VERIFICATION_FAILED");

    @Test
    void everyRouteIsDescribedAndNoOther() {
        assertThat(describedRoutes()).isEqualTo(routesInCode());
    }

    @Test
    void everyRefusalIsShownWithItsStatus() {
        var refusals = refusals();

        assertThat(refusals)
                .isNotEmpty()
                .filteredOn(refusal -> !NOT_REACHED_YET.contains(refusal.code()))
                .allSatisfy(refusal -> assertThat(examplesOf(refusal.kind().status()))
                        .as(
                                "%s as %d %s",
                                refusal.getClass().getName(), refusal.kind().status(), refusal.code())
                        .anyMatch(example -> shows(example, refusal)));
    }

    @Test
    void everyResponseHasAnExample() {
        assertThat(responses()).isNotEmpty().allSatisfy(response -> assertThat(examplesOf(response.body()))
                .as("%s %s", response.route(), response.status())
                .isNotEmpty());
    }

    @Test
    void everyRequestBodyHasAnExample() {
        var bodies = operations().values().stream()
                .map(one -> one.path("requestBody"))
                .filter(JsonNode::isObject);

        assertThat(bodies).isNotEmpty().allSatisfy(body -> assertThat(examplesOf(body))
                .isNotEmpty());
    }

    /** By its sentence, which every envelope holds, or by its code where the sentence says what was wanted instead. */
    private static boolean shows(JsonNode example, Refusal refusal) {
        var wanted = "BAD_REQUEST".equals(refusal.code())
                ? Set.of(refusal.code())
                : refusal instanceof AuthRefusal
                        ? Set.of(refusal.code(), refusal.sentence())
                        : Set.of(refusal.sentence());
        return Stream.of("error", "message", "code")
                .map(member -> example.path(member).asText())
                .anyMatch(said -> !said.isEmpty() && wanted.contains(said));
    }

    private static Set<String> routesInCode() {
        return CLASSES.stream()
                .filter(type -> type.isAnnotatedWith(Path.class))
                // What only local mode has is no part of the API.
                .filter(type -> !type.isAnnotatedWith(IfBuildProfile.class))
                .flatMap(OpenApiTest::routesOf)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> routesOf(JavaClass resource) {
        var root = resource.getAnnotationOfType(Path.class).value();
        return resource.getMethods().stream()
                .flatMap(method -> verbsOf(method).map(verb -> verb + " " + joined(root, pathOf(method))));
    }

    private static Stream<String> verbsOf(JavaMethod method) {
        return method.getAnnotations().stream()
                .filter(annotation -> annotation.getRawType().isAnnotatedWith(HttpMethod.class))
                .map(annotation -> annotation.getRawType().getSimpleName());
    }

    private static String pathOf(JavaMethod method) {
        return method.isAnnotatedWith(Path.class)
                ? method.getAnnotationOfType(Path.class).value()
                : "";
    }

    /** The description does not say what a parameter of a path may look like. */
    private static String joined(String... paths) {
        return Stream.of(paths)
                .flatMap(path -> Stream.of(path.split("/")))
                .filter(segment -> !segment.isEmpty())
                .map(segment -> segment.replaceFirst(":.*}", "}"))
                .collect(Collectors.joining("/", "/", ""));
    }

    /** One of each kind there is: a refusal is a class, so a new one cannot hide from this test. */
    private static List<Refusal> refusals() {
        return CLASSES.stream()
                .filter(type -> type.isAssignableTo(Refusal.class))
                .filter(type -> !type.getModifiers().contains(JavaModifier.ABSTRACT))
                .map(type -> instance(type.reflect()))
                .toList();
    }

    private static Refusal instance(Class<?> type) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructors()[0];
            constructor.setAccessible(true);
            return (Refusal) constructor.newInstance(Stream.of(constructor.getParameterTypes())
                    .map(OpenApiTest::anyOf)
                    .toArray());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Object anyOf(Class<?> parameter) {
        if (parameter == Duration.class) {
            return Duration.ofSeconds(1);
        }
        return parameter.isAssignableFrom(String.class) ? "" : new IOException();
    }

    private record Response(String route, String status, JsonNode body) {}

    private static Set<String> describedRoutes() {
        return new TreeSet<>(operations().keySet());
    }

    private static Map<String, JsonNode> operations() {
        return DOCUMENT.path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .filter(member -> !"parameters".equals(member.getKey()))
                        .map(member -> Map.entry(
                                member.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(), member.getValue())))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static List<Response> responses() {
        return operations().entrySet().stream()
                .flatMap(operation -> operation.getValue().path("responses").properties().stream()
                        .map(response ->
                                new Response(operation.getKey(), response.getKey(), resolved(response.getValue()))))
                .toList();
    }

    private static List<JsonNode> examplesOf(int status) {
        return responses().stream()
                .filter(response -> response.status().equals(Integer.toString(status)))
                .flatMap(response -> examplesOf(response.body()).stream())
                .toList();
    }

    private static List<JsonNode> examplesOf(JsonNode body) {
        var examples = new ArrayList<JsonNode>();
        for (var content : body.path("content")) {
            content.path("examples")
                    .forEach(example -> examples.add(resolved(example).path("value")));
        }
        examples.removeIf(JsonNode::isMissingNode);
        return examples;
    }

    private static JsonNode resolved(JsonNode node) {
        var reference = node.path("$ref").textValue();
        return reference == null ? node : DOCUMENT.at(reference.substring(1));
    }

    private static JsonNode read() {
        try (var yaml = OpenApiTest.class.getResourceAsStream("/META-INF/openapi.yaml")) {
            return new YAMLMapper().readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
