package org.taskcenter.metrics;

import jakarta.annotation.Priority;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Notes which declared route serves a request, before anything can refuse it. */
@Provider
@Priority(0)
public class RouteNotes implements ContainerRequestFilter {
    private static final String ROUTE = RouteNotes.class.getName();
    private static final ConcurrentMap<Method, String> ROUTES = new ConcurrentHashMap<>();

    @Context
    HttpServletRequest request;

    @Context
    ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext context) {
        Method method = resource.getResourceMethod();
        if (method != null) {
            request.setAttribute(ROUTE, ROUTES.computeIfAbsent(method, this::route));
        }
    }

    private String route(Method method) {
        String path =
                part(resource.getResourceClass().getAnnotation(Path.class)) + part(method.getAnnotation(Path.class));
        return path.isEmpty() ? "/" : path;
    }

    private static String part(Path path) {
        String text = path == null ? "" : path.value();
        return text.isEmpty() || text.startsWith("/") ? text : "/" + text;
    }

    /** The declared route that serves a request; {@code none} where there is none. */
    static String routeOf(HttpServletRequest request) {
        if (request.getAttribute(ROUTE) instanceof String route) {
            return route;
        }
        String pattern = Optional.ofNullable(request.getHttpServletMapping())
                .map(HttpServletMapping::getPattern)
                .orElse("");
        return pattern.length() < 2 || pattern.equals("/*") ? "none" : pattern;
    }
}
