package org.taskcenter.api.channel;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.taskcenter.config.Cidr;

/** The nodes of a run: addresses and host names, and nothing that could be anything else to Ansible or to a shell. */
final class Nodes {
    private static final String FIELD = "nodes";
    private static final int MOST = 10_000;
    private static final int LONGEST_NAME = 253;
    private static final Pattern LABELS =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0,62}(\\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*");
    private static final Pattern ENDS_IN_A_NUMBER = Pattern.compile("(.*\\.)?[0-9]+");
    /** The groups that Ansible makes: no host can have their names. */
    private static final Set<String> GROUPS = Set.of("all", "ungrouped");

    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

    private Nodes() {}

    /** An array, or a text with commas; a node that is named twice is one. */
    static List<String> read(Body body) {
        JsonNode value = body.required(FIELD);
        List<String> given = new ArrayList<>();
        if (value.isTextual()) {
            given.addAll(Arrays.asList(value.asText().split(",")));
        } else if (value.isArray()) {
            value.forEach(node -> given.add(node.isTextual() ? node.asText() : ""));
        } else {
            throw Wrong.param(FIELD, "must be an array of addresses or host names");
        }
        Set<String> nodes = new LinkedHashSet<>();
        for (String node : given) {
            String name = node.strip();
            if (!isNode(name)) {
                throw Wrong.param(FIELD, "must be addresses or host names");
            }
            if (GROUPS.contains(name)) {
                throw Wrong.param(FIELD, "must be addresses or host names: " + name + " is a group of Ansible's");
            }
            nodes.add(name);
        }
        if (nodes.isEmpty() || nodes.size() > MOST) {
            throw Wrong.param(FIELD, "must be 1 to " + MOST + " addresses or host names");
        }
        return List.copyOf(nodes);
    }

    static boolean isNode(String name) {
        if (name.indexOf(':') >= 0) {
            return IPV6.matcher(name).matches() && isAddress(name);
        }
        boolean absolute = name.endsWith(".");
        String labels = absolute ? name.substring(0, name.length() - 1) : name;
        return labels.length() <= LONGEST_NAME
                && LABELS.matcher(labels).matches()
                && (!ENDS_IN_A_NUMBER.matcher(labels).matches() || !absolute && isAddress(labels));
    }

    private static boolean isAddress(String text) {
        try {
            Cidr.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
