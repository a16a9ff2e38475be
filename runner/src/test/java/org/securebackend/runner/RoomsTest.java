package org.securebackend.runner;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;

/** The plan of the house: which room may look into which. */
@AnalyzeClasses(
        packages = "org.securebackend.runner",
        importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
    private static final String HOUSE = "org.securebackend.runner";

    private static final Map<String, Set<String>> MAY_USE =
            Map.ofEntries(
                    Map.entry("yaml", Set.of()),
                    Map.entry("pipeline", Set.of("yaml")),
                    Map.entry("job", Set.of("pipeline")),
                    Map.entry("health", Set.of()),
                    Map.entry("planning", Set.of("pipeline", "job")),
                    Map.entry("executor", Set.of("pipeline", "job")),
                    Map.entry("docker", Set.of("pipeline", "job", "executor")),
                    Map.entry("server", Set.of("pipeline", "job")),
                    Map.entry("source", Set.of("job")),
                    Map.entry("store", Set.of("pipeline", "job")),
                    Map.entry("outputs", Set.of("pipeline", "job", "executor")),
                    Map.entry(
                            "sync",
                            Set.of(
                                    "pipeline",
                                    "job",
                                    "health",
                                    "planning",
                                    "server",
                                    "source",
                                    "store",
                                    "executor")),
                    Map.entry(
                            "scheduler",
                            Set.of(
                                    "pipeline",
                                    "job",
                                    "health",
                                    "executor",
                                    "outputs",
                                    "source",
                                    "store")),
                    Map.entry("telemetry", Set.of("job", "executor", "store")),
                    Map.entry("maintenance", Set.of("pipeline", "job", "executor", "store")),
                    Map.entry(
                            "doctor",
                            Set.of("pipeline", "job", "executor", "server", "source", "store")),
                    Map.entry(
                            "housekeeping",
                            Set.of("pipeline", "job", "executor", "outputs", "store")),
                    Map.entry("config", Set.of("yaml")),
                    Map.entry("devserver", Set.of()),
                    Map.entry(
                            "cli",
                            Set.of(
                                    "config",
                                    "yaml",
                                    "pipeline",
                                    "job",
                                    "planning",
                                    "server",
                                    "source",
                                    "store",
                                    "executor",
                                    "housekeeping",
                                    "sync",
                                    "doctor",
                                    "devserver")));

    private static final List<String> PURE = List.of("yaml", "pipeline", "job", "planning");

    @ArchTest
    void everyRoomIsOnThePlan(JavaClasses classes) {
        assertThat(classes.getPackage(HOUSE).getSubpackages())
                .extracting(JavaPackage::getRelativeName)
                .allSatisfy(room -> assertThat(MAY_USE).containsKey(room));
    }

    @ArchTest
    void roomsUseOnlyWhatThePlanAllows(JavaClasses classes) {
        for (JavaPackage room : classes.getPackage(HOUSE).getSubpackages()) {
            String name = room.getRelativeName();
            assertThat(roomsUsedBy(room, name))
                    .as("rooms used by %s", name)
                    .isSubsetOf(MAY_USE.getOrDefault(name, Set.of()));
        }
    }

    private static Set<String> roomsUsedBy(JavaPackage room, String itself) {
        return room.getClassDependenciesFromThisPackageTree().stream()
                .map(dependency -> dependency.getTargetClass())
                .filter(target -> target.getPackageName().startsWith(HOUSE))
                .map(RoomsTest::roomOf)
                .filter(used -> !used.equals(itself))
                .collect(toCollection(TreeSet::new));
    }

    private static String roomOf(JavaClass type) {
        String path = type.getPackageName();
        if (path.equals(HOUSE)) {
            return "(front door)";
        }
        String inside = path.substring(HOUSE.length() + 1);
        int end = inside.indexOf('.');
        return end < 0 ? inside : inside.substring(0, end);
    }

    @ArchTest
    void everyRoomIsNullMarked(JavaClasses classes) {
        assertThat(classes.getPackage(HOUSE).getSubpackagesInTree())
                .allSatisfy(room -> assertThat(room.isAnnotatedWith(NullMarked.class)).isTrue());
    }

    @ArchTest
    static final ArchRule pureRoomsDoNoInputOrOutput =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            PURE.stream()
                                    .map(r -> HOUSE + "." + r + "..")
                                    .toList()
                                    .toArray(String[]::new))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "java.io..",
                            "java.nio.file..",
                            "java.net..",
                            "java.sql..",
                            "org.slf4j..");

    @ArchTest
    static final ArchRule nobodyThrowsBareExceptions =
            GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;

    @ArchTest
    static final ArchRule onlyTheFrontDoorAndTheCommandsPrint =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(HOUSE, HOUSE + ".cli..")
                    .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);
}
