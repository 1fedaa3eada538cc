package org.taskcenter.boot;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;

/** All routes of the APIs lie at the root. */
@ApplicationPath("/")
public class RestApplication extends Application {
    @Override
    public Map<String, Object> getProperties() {
        // Jersey tells all routes in a format of its own, unless told not to.
        return Map.of("jersey.config.server.wadl.disableWadl", true);
    }
}
