package org.taskcenter.system;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** All routes of the program, found in its classes: a method and a path each, {@code WS} for WebSockets. */
final class Routes {
    private static final JavaClasses PROGRAM =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("org.taskcenter");

    private Routes() {}

    static Set<String> ofTheProgram() {
        Set<String> routes = new TreeSet<>();
        PROGRAM.stream()
                .flatMap(each ->
                        Stream.of(resource(each), servlet(each), socket(each)).flatMap(found -> found))
                .forEach(routes::add);
        return routes;
    }

    private static Stream<String> resource(JavaClass resource) {
        return resource.getAllMethods().stream()
                .filter(method -> verb(method).isPresent() || method.isAnnotatedWith(Path.class))
                // What a method without a verb leads to cannot be seen here, so it is in no table.
                .map(method -> verb(method).orElse("ALL BELOW") + " " + path(resource) + path(method));
    }

    private static Optional<String> verb(JavaMethod method) {
        return method.getAnnotations().stream()
                .map(JavaAnnotation::getRawType)
                .filter(annotation -> annotation.isAnnotatedWith(HttpMethod.class))
                .map(annotation ->
                        annotation.getAnnotationOfType(HttpMethod.class).value())
                .findAny();
    }

    private static String path(JavaClass resource) {
        return resource.isAnnotatedWith(Path.class)
                ? resource.getAnnotationOfType(Path.class).value()
                : "";
    }

    private static String path(JavaMethod method) {
        return method.isAnnotatedWith(Path.class)
                ? method.getAnnotationOfType(Path.class).value()
                : "";
    }

    private static Stream<String> servlet(JavaClass servlet) {
        if (!servlet.isAssignableTo(HttpServlet.class)) {
            return Stream.empty();
        }
        if (!servlet.isAnnotatedWith(WebServlet.class)) {
            return Stream.of("SERVLET " + servlet.getName());
        }
        WebServlet at = servlet.getAnnotationOfType(WebServlet.class);
        Set<String> verbs = new TreeSet<>();
        servlet.getMethods().stream()
                .map(JavaMethod::getName)
                // OPTIONS tells the other methods, to anybody.
                .filter(name -> name.matches("do[A-Z][a-z]+") && !name.equals("doOptions"))
                .forEach(name -> verbs.add(name.substring(2).toUpperCase(Locale.ROOT)));
        if (verbs.isEmpty()) {
            verbs.add("ANY");
        }
        return Stream.of(at.value(), at.urlPatterns())
                .flatMap(Arrays::stream)
                .flatMap(path -> verbs.stream().map(verb -> verb + " " + path));
    }

    private static Stream<String> socket(JavaClass endpoint) {
        return endpoint.isAnnotatedWith(ServerEndpoint.class)
                ? Stream.of("WS "
                        + endpoint.getAnnotationOfType(ServerEndpoint.class).value())
                : Stream.empty();
    }
}
