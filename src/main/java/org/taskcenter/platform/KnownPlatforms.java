package org.taskcenter.platform;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.taskcenter.upstream.Declarations;

/** The platforms there are: one that is built in, and those that administrators have declared. */
final class KnownPlatforms {
    private final Platform suno;
    private final Declarations declarations;
    private final Duration submitTimeout;

    KnownPlatforms(Declarations declarations, Duration submitTimeout) {
        this.suno = new Suno(submitTimeout);
        this.declarations = declarations;
        this.submitTimeout = submitTimeout;
    }

    Optional<Platform> find(String name) throws SQLException {
        return name.equals(Suno.NAME)
                ? Optional.of(suno)
                : declarations.find(name).map(declaration -> new Declared(declaration, submitTimeout));
    }
}
