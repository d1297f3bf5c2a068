package how.mana.auth;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which package may know which: the arrows of the design, and the habits that a compiler cannot check. */
class ArchitectureTest {
    private static final String ROOT = "how.mana.auth";
    private static final Set<String> LEAVES = Set.of("caller", "crypto", "problem");

    /** What each package may use besides the leaves. The root package may use all of them and none may use it. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            Map.entry("caller", Set.of()),
            Map.entry("crypto", Set.of()),
            Map.entry("problem", Set.of()),
            Map.entry("db", Set.of()),
            Map.entry("token", Set.of("db")),
            Map.entry("audit", Set.of("db", "token")),
            Map.entry("vault", Set.of("db", "audit")),
            Map.entry("grant", Set.of("db", "audit", "vault")),
            Map.entry("event", Set.of("db")),
            Map.entry("outbound", Set.of("db")),
            Map.entry("session", Set.of("token", "event", "vault", "audit", "outbound", "db")),
            Map.entry("account", Set.of("token", "event", "vault", "audit", "outbound", "db", "session")),
            Map.entry("internal", Set.of("db")),
            Map.entry("transit", Set.of()),
            Map.entry(
                    "cli", Set.of("caller", "crypto", "problem", "db", "token", "audit", "vault", "grant", "transit")));

    private static final JavaClasses SERVICE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    static Stream<String> packages() {
        return SERVICE.stream()
                .map(type -> type.getPackageName())
                .filter(name -> name.startsWith(ROOT + "."))
                .map(name -> name.substring(ROOT.length() + 1).split("\\.")[0])
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void aPackageUsesOnlyWhatTheDesignLetsItUse(String name) {
        assertThat(ARROWS).as("a new package needs its arrows here").containsKey(name);
        var allowed = Stream.of(
                        Stream.of(name),
                        ARROWS.getOrDefault(name, Set.of()).stream(),
                        isLeaf(name) ? Stream.<String>of() : LEAVES.stream())
                .flatMap(names -> names)
                .map(other -> ROOT + "." + other + "..")
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + name + "..")
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAnyPackage(allowed))))
                .check(SERVICE);
    }

    private static boolean isLeaf(String name) {
        return LEAVES.contains(name);
    }

    @Test
    void noTwoPackagesNeedEachOther() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(SERVICE);
    }

    @Test
    void cryptographyIsPlainJava() {
        classes()
                .that()
                .resideInAPackage(ROOT + ".crypto..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..", "javax.crypto..", "org.bouncycastle..", "org.jspecify..", ROOT + ".crypto.."))
                .check(SERVICE);
    }

    @Test
    void theWorkersLibraryUsesNothingOfTheService() {
        classes()
                .that()
                .resideInAPackage(ROOT + ".grant.worker..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..",
                        "javax.crypto..",
                        "javax.sql..",
                        "com.fasterxml.jackson.core..",
                        "com.fasterxml.jackson.databind..",
                        "org.jspecify..",
                        ROOT + ".grant.worker.."))
                .check(SERVICE);
    }

    @Test
    void onlyTheDatabasePackageHoldsThePool() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".db..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(".*\\.(Pool|PgPool|DriverManager)")
                .check(SERVICE);
    }

    @Test
    void onlyTheDatabasePackageOpensSessions() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".db..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(".*\\.(Panache|SessionOperations|With(Session|SessionOnDemand|Transaction)"
                        + "|Transactional|Mutiny\\$.*|EntityManager(Factory)?|SessionFactory)")
                .check(SERVICE);
    }

    @Test
    void noClassHasBothPersistenceStyles() {
        noClasses()
                .that(dependOnClassesIn("io.vertx.mutiny.sqlclient..", "io.vertx.sqlclient.."))
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.quarkus.hibernate..", "org.hibernate..", "jakarta.persistence.."))
                .check(SERVICE);
    }

    private static DescribedPredicate<JavaClass> dependOnClassesIn(String... packages) {
        var there = resideInAnyPackage(packages);
        return DescribedPredicate.describe(
                "depend on " + String.join(", ", packages), type -> type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(dependency -> there.test(dependency.getTargetClass())));
    }

    @Test
    void onlyProblemsSpeakOfHttpStatus() {
        noClasses()
                .that(resideInAPackage(ROOT + ".vault..").or(resideInAPackage(ROOT + ".audit..")))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("jakarta.ws.rs.core.Response")
                .check(SERVICE);
    }

    @Test
    void everyPackageTellsItsStoryAndIsNullMarked() throws ClassNotFoundException {
        var names =
                SERVICE.stream().map(type -> type.getPackageName()).distinct().toList();
        for (var name : names) {
            assertThat(Class.forName(name + ".package-info").isAnnotationPresent(NullMarked.class))
                    .as(name)
                    .isTrue();
        }
    }

    @Test
    void nothingIsInjectedIntoAField() {
        noFields()
                .should()
                .beAnnotatedWith(Inject.class)
                .orShould()
                .beAnnotatedWith(ConfigProperty.class)
                .check(SERVICE);
    }

    @Test
    void noRandomGeneratorIsBakedIntoANativeImage() {
        fields().that().haveRawType(SecureRandom.class).should().notBeStatic().check(SERVICE);
    }

    @Test
    void nobodyWaitsForAUniOrLetsOneGo() {
        for (var method : Set.of("await", "subscribe", "subscribeAsCompletionStage", "subscribeWith")) {
            noClasses()
                    .should()
                    .callMethodWhere(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                                    com.tngtech.archunit.core.domain.properties.HasName.Predicates.name(method))
                            .and(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                                    com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner(
                                            com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo(
                                                    Uni.class)))))
                    .check(SERVICE);
        }
    }

    @Test
    void classNamesSayWhatAThingIs() {
        var banned = "Manager|Helper|Util|Utils|Impl|Handler|Dto|Base|Abstract|Info|Data";
        assertThat(SERVICE.stream().map(type -> type.getSimpleName()).filter(name -> Arrays.stream(banned.split("\\|"))
                        .anyMatch(name::endsWith)))
                .isEmpty();
    }
}
