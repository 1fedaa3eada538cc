package org.taskcenter.upstream;

import java.util.Locale;
import java.util.Set;

/** The platforms that need no declaration, and their actions. */
public final class Platforms {
    public static final String SUNO = "suno";

    /** What tasks of {@link #SUNO} are in lists and prices: the words of the task centre's document. */
    public static final Set<String> SUNO_ACTIONS = Set.of("song", "lyrics");

    private Platforms() {}

    /** One word for what has several: {@code music} is {@code song} with {@link #SUNO}; case does not count. */
    public static String action(String platform, String word) {
        String action = word.toLowerCase(Locale.ROOT);
        return SUNO.equals(platform) && "music".equals(action) ? "song" : action;
    }

    /** The word of the administration API for an action: the third party's. */
    public static String shown(String platform, String action) {
        return SUNO.equals(platform) && "song".equals(action) ? "music" : action;
    }
}
