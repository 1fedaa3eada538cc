package org.taskcenter;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.util.Arrays;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The arrows of docs/architecture.md: which room may use which. */
class HouseTest {
    private static final JavaClasses PROGRAM =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("org.taskcenter");

    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            room("config"),
            room("task", "config"),
            room("store", "task", "config"),
            room("secret", "store", "config"),
            room("account", "secret", "store", "task", "config"),
            room("quota", "store", "config"),
            room("listing", "store", "config"),
            room("upstream", "account", "secret", "store", "config"),
            room("gate", "config"),
            room("playbook", "gate", "config"),
            room("cluster", "store", "task", "config"),
            room("dispatch", "cluster", "store", "task", "config"),
            room("call", "secret", "dispatch", "gate", "cluster", "store", "task", "config"),
            room("push", "call", "secret", "dispatch", "gate", "cluster", "store", "task", "config"),
            room(
                    "platform",
                    "push",
                    "call",
                    "upstream",
                    "quota",
                    "listing",
                    "account",
                    "secret",
                    "dispatch",
                    "gate",
                    "cluster",
                    "store",
                    "task",
                    "config"),
            room("ansible", "playbook", "account", "secret", "dispatch", "gate", "cluster", "store", "task", "config"),
            room(
                    "api",
                    "metrics",
                    "platform",
                    "ansible",
                    "listing",
                    "monitor",
                    "upstream",
                    "quota",
                    "push",
                    "call",
                    "account",
                    "secret",
                    "dispatch",
                    "cluster",
                    "store",
                    "task",
                    "config"),
            room("metrics", "store", "task", "config"),
            room("monitor", "store", "task"),
            room(
                    "boot",
                    "metrics",
                    "api",
                    "platform",
                    "ansible",
                    "playbook",
                    "listing",
                    "monitor",
                    "upstream",
                    "quota",
                    "push",
                    "call",
                    "account",
                    "secret",
                    "dispatch",
                    "gate",
                    "cluster",
                    "store",
                    "task",
                    "config"));

    private static Entry<String, Set<String>> room(String name, String... below) {
        return Map.entry(name, Set.copyOf(Arrays.asList(below)));
    }

    private static String inside(String room) {
        return "org.taskcenter." + room + "..";
    }

    @TestFactory
    Stream<DynamicTest> arrowsPointDown() {
        return MAY_USE.entrySet().stream()
                .map(room -> DynamicTest.dynamicTest(room.getKey(), () -> {
                    String[] allowed = Stream.concat(Stream.of(room.getKey()), room.getValue().stream())
                            .map(HouseTest::inside)
                            .toArray(String[]::new);
                    noClasses()
                            .that()
                            .resideInAPackage(inside(room.getKey()))
                            .should()
                            .dependOnClassesThat(
                                    resideInAPackage("org.taskcenter..").and(not(resideInAnyPackage(allowed))))
                            .allowEmptyShould(true)
                            .check(PROGRAM);
                }));
    }

    @Test
    void everyClassIsInARoom() {
        classes()
                .should()
                .resideInAnyPackage(
                        MAY_USE.keySet().stream().map(HouseTest::inside).toArray(String[]::new))
                .check(PROGRAM);
    }

    @Test
    void theEngineNeedsNoContainer() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        inside("task"),
                        inside("gate"),
                        inside("cluster"),
                        inside("dispatch"),
                        inside("call"),
                        inside("push"),
                        inside("platform"),
                        inside("playbook"),
                        inside("ansible"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "jakarta.inject..",
                        "jakarta.enterprise..",
                        "jakarta.ejb..",
                        "jakarta.ws.rs..",
                        "jakarta.servlet..")
                .check(PROGRAM);
    }
}
