package org.taskcenter.playbook;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Orders, with what most have in common: nodes that are this machine. */
final class Orders {
    static final String LOCAL = "\"ansible_connection\":\"local\",\"ansible_python_interpreter\":\"/usr/bin/python3\"";
    private final Order.Work work;
    private String variables = "{" + LOCAL + "}";
    private List<Order.Node> nodes = nodes("n1");
    private String user = "root";
    private int forks = 5;
    private boolean check;
    private List<String> tags = List.of();
    private List<String> skipTags = List.of();
    private Duration limit = Duration.ofMinutes(2);

    private Orders(Order.Work.Kind kind, String text) {
        work = new Order.Work(kind, text);
    }

    static Orders tasks(String json) {
        return new Orders(Order.Work.Kind.TASKS, json);
    }

    static Orders roles(String json) {
        return new Orders(Order.Work.Kind.ROLES, json);
    }

    static Orders playbook(String yaml) {
        return new Orders(Order.Work.Kind.PLAYBOOK, yaml);
    }

    static List<Order.Node> nodes(String... names) {
        return Stream.of(names)
                .map(name -> new Order.Node(name, Optional.empty()))
                .toList();
    }

    Orders on(String... names) {
        return on(nodes(names));
    }

    Orders on(List<Order.Node> given) {
        nodes = given;
        return this;
    }

    /** Members of a JSON object, besides those that make it local. */
    Orders with(String members) {
        return variables("{" + LOCAL + "," + members + "}");
    }

    Orders variables(String json) {
        variables = json;
        return this;
    }

    Orders as(String name) {
        user = name;
        return this;
    }

    Orders forks(int count) {
        forks = count;
        return this;
    }

    Orders checking() {
        check = true;
        return this;
    }

    Orders tags(String... only) {
        tags = List.of(only);
        return this;
    }

    Orders skipping(String... not) {
        skipTags = List.of(not);
        return this;
    }

    Orders within(Duration duration) {
        limit = duration;
        return this;
    }

    Order get() {
        return new Order("1.0", work, variables, nodes, user, forks, check, tags, skipTags, limit);
    }
}
