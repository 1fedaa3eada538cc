package org.taskcenter.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.taskcenter.gate.Answer;
import org.taskcenter.gate.Request;
import org.taskcenter.upstream.Upstream;

/** How to talk to one sort of third party: what is sent, and what its answers mean. Holds no state and calls nobody. */
public interface Platform {
    /** Its name in routes, channels and lists. */
    String name();

    /** The action of a word of a route, as it is stored; empty where there is none of that name. */
    Optional<String> action(String word);

    /** The word of an action in this platform's own routes. */
    String word(String action);

    /** What is wrong with the body of a submission; empty where nothing is. */
    Optional<Refusal> check(String action, JsonNode body);

    /**
     * A submission.
     *
     * @param key opens the channel
     * @throws IllegalArgumentException where the channel is set up so that nothing can be sent
     */
    Request submission(Upstream channel, String key, String action, ObjectNode body);

    /** What an answer to a submission means. */
    Reply reply(Answer answer);

    /** How many tasks one poll may ask after. */
    int mostIds();

    /**
     * A poll.
     *
     * @param ids the third party's, at most {@link #mostIds}
     * @throws IllegalArgumentException where the channel is set up so that nothing can be sent
     */
    Request poll(Upstream channel, String key, List<String> ids);

    /**
     * What a successful answer to a poll says. Whether it speaks of what it was asked is for the caller to look at.
     *
     * @param ids what was asked
     * @throws UnreadableAnswer where it says nothing
     */
    List<State> states(Answer answer, List<String> ids) throws UnreadableAnswer;
}
