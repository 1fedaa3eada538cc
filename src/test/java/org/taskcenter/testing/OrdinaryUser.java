package org.taskcenter.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;

/**
 * Whom to start as what refuses to be root: {@code nobody} where we are root, else ourselves. Whoever uses it must
 * keep what the program reads where that user can enter ({@link #canEnter}).
 */
final class OrdinaryUser {

    private static final String NAME = "nobody";
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private OrdinaryUser() {}

    /** The command line that runs {@code command} as that user; the process is the command itself, nothing between. */
    static List<String> command(List<String> command) {
        if (!ROOT) {
            return command;
        }
        List<String> all = new ArrayList<>(List.of("setpriv", "--reuid", NAME, "--regid", "nogroup", "--clear-groups"));
        all.addAll(command);
        return all;
    }

    /** Makes the file or folder (not what is in it) the user's own. */
    static void give(Path path) throws IOException {
        if (ROOT) {
            Files.setOwner(
                    path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NAME));
        }
    }

    /** Whether the user may enter this existing folder and all above it. */
    static boolean canEnter(Path folder) throws IOException {
        if (!ROOT) {
            return true;
        }
        for (Path each = folder.toRealPath(); each != null; each = each.getParent()) {
            if (!Files.getPosixFilePermissions(each).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                return false;
            }
        }
        return true;
    }
}
