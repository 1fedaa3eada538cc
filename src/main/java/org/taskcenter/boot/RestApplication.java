package org.taskcenter.boot;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** All routes of the APIs lie at the root. */
@ApplicationPath("/")
public class RestApplication extends Application {}
