package org.taskcenter.platform;

import java.sql.SQLException;
import java.util.Optional;
import org.taskcenter.upstream.Declarations;

/** The platforms there are: one that is built in, and those that administrators have declared. */
final class KnownPlatforms {
    private final Platform suno = new Suno();
    private final Declarations declarations;

    KnownPlatforms(Declarations declarations) {
        this.declarations = declarations;
    }

    Optional<Platform> find(String name) throws SQLException {
        return name.equals(Suno.NAME)
                ? Optional.of(suno)
                : declarations.find(name).map(Declared::new);
    }
}
