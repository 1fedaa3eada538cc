package org.taskcenter.api.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.taskcenter.ansible.Work;
import org.taskcenter.ansible.Work.Kind;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * What is to be done on the nodes: Ansible tasks or roles as JSON, or YAML. What only Ansible can judge is not judged here.
 *
 * <p>YAML is read as Ansible reads it, by version 1.1. A whole playbook is looked at without being taken apart, since it may hold what
 * is for Ansible alone (vaults, unsafe text) and goes to it as it is.
 */
final class WorkText {
    private static final String FIELD = "tasks";
    private static final String OTHER_NAME = "content";
    private static final int LONGEST = 1 << 20;
    private static final int DEEPEST = 64;
    private static final int MOST_ALIASES = 50;
    private static final int MOST_VALUES = 200_000;
    private static final Set<String> SIGNS_OF_A_PLAY =
            Set.of("hosts", "import_playbook", "ansible.builtin.import_playbook");

    private WorkText() {}

    static Work read(Body body) {
        JsonNode value = body.value(FIELD).or(() -> body.value(OTHER_NAME)).orElseThrow(() -> Wrong.missing(FIELD));
        boolean roles = roles(body);
        Work work;
        if (value.isArray()) {
            work = ofArray((ArrayNode) value, roles);
        } else if (value.isTextual()) {
            work = ofText(value.asText(), roles);
        } else {
            throw Wrong.param(FIELD, "must be a JSON array, or the same as text");
        }
        if (work.text().getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw Wrong.param(FIELD, "must be at most " + LONGEST + " bytes");
        }
        Texts.checkWhole(FIELD, work.text());
        return work;
    }

    private static boolean roles(Body body) {
        return switch (body.text("tasktype").orElse("")) {
            case "", "ansible_task" -> false;
            case "ansible_role" -> true;
            default -> throw Wrong.param("tasktype", "must be ansible_task or ansible_role");
        };
    }

    private static Work ofArray(ArrayNode array, boolean roles) {
        if (array.isEmpty()) {
            throw Wrong.param(FIELD, "must not be empty");
        }
        for (JsonNode element : array) {
            if (!element.isObject() && !(roles && element.isTextual())) {
                throw Wrong.param(FIELD, roles ? "must be role names" : "must be Ansible tasks, which are objects");
            }
        }
        if (roles) {
            return new Work(Kind.ROLES, array.toString());
        }
        for (JsonNode element : array) {
            if (SIGNS_OF_A_PLAY.stream().anyMatch(element::has)) {
                return new Work(Kind.PLAYBOOK, array.toString());
            }
        }
        return new Work(Kind.TASKS, array.toString());
    }

    private static Work ofText(String text, boolean roles) {
        if (text.length() > LONGEST) {
            throw Wrong.param(FIELD, "must be at most " + LONGEST + " bytes");
        }
        Texts.checkWhole(FIELD, text);
        Optional<JsonNode> json = Body.parse(text);
        if (json.isPresent() && json.get() instanceof ArrayNode array) {
            return ofArray(array, roles);
        }
        LoaderOptions options = options();
        try {
            Node root = new Yaml(options).compose(new StringReader(text));
            if (!(root instanceof SequenceNode list) || list.getValue().isEmpty()) {
                throw Wrong.param(FIELD, "must be a JSON array, or a list in YAML");
            }
            if (!roles && list.getValue().stream().anyMatch(WorkText::isPlay)) {
                return new Work(Kind.PLAYBOOK, text);
            }
            Object loaded = new Yaml(
                            new SafeConstructor(options), new Representer(dumping()), dumping(), options, new Plain())
                    .load(text);
            return ofArray((ArrayNode) new Copy().of(loaded), roles);
        } catch (YAMLException | ClassCastException | StackOverflowError e) {
            throw Wrong.param(FIELD, "must be readable as JSON, or as YAML: a list of tasks, or a playbook");
        }
    }

    private static boolean isPlay(Node element) {
        return element instanceof MappingNode mapping
                && mapping.getValue().stream()
                        .anyMatch(entry -> entry.getKeyNode() instanceof ScalarNode key
                                && SIGNS_OF_A_PLAY.contains(key.getValue()));
    }

    private static LoaderOptions options() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(LONGEST);
        options.setNestingDepthLimit(DEEPEST);
        options.setMaxAliasesForCollections(MOST_ALIASES);
        options.setAllowRecursiveKeys(false);
        return options;
    }

    private static DumperOptions dumping() {
        return new DumperOptions();
    }

    /** Dates stay the text they are: Ansible's modules want text. */
    private static final class Plain extends Resolver {
        @Override
        public void addImplicitResolver(Tag tag, Pattern pattern, String first, int limit) {
            if (!tag.equals(Tag.TIMESTAMP)) {
                super.addImplicitResolver(tag, pattern, first, limit);
            }
        }
    }

    /** Makes JSON of what was read from YAML; what stands there once and is referred to often is counted as often. */
    private static final class Copy {
        private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
        private int values;

        JsonNode of(Object value) {
            if (++values > MOST_VALUES) {
                throw new YAMLException("too many values");
            }
            if (value instanceof Map<?, ?> map) {
                ObjectNode object = JSON.objectNode();
                map.forEach((key, each) -> object.set(String.valueOf(key), of(each)));
                return object;
            }
            if (value instanceof Collection<?> list) {
                ArrayNode array = JSON.arrayNode();
                list.forEach(each -> array.add(of(each)));
                return array;
            }
            return scalar(value);
        }

        private static JsonNode scalar(Object value) {
            if (value == null) {
                return JSON.nullNode();
            }
            if (value instanceof Boolean flag) {
                return JSON.booleanNode(flag);
            }
            if (value instanceof Integer || value instanceof Long) {
                return JSON.numberNode(((Number) value).longValue());
            }
            if (value instanceof BigInteger large) {
                return JSON.numberNode(large);
            }
            if (value instanceof Double number && Double.isFinite(number)) {
                return JSON.numberNode(number);
            }
            if (value instanceof String text) {
                return JSON.textNode(text);
            }
            throw new YAMLException("only a whole playbook may hold this");
        }
    }

    /** Variables for every node: an object, or the same as text; [] and "" are none. */
    static String variables(Body body) {
        Optional<JsonNode> value = body.value("params");
        if (value.isPresent() && value.get().isTextual()) {
            String text = value.get().asText();
            Texts.checkWhole("params", text);
            value = text.isBlank()
                    ? Optional.empty()
                    : Optional.of(Body.parse(text).orElseThrow(WorkText::wrongVariables));
        }
        if (value.isEmpty()
                || value.get().isNull()
                || value.get().isArray() && value.get().isEmpty()) {
            return "{}";
        }
        if (!value.get().isObject()) {
            throw wrongVariables();
        }
        String text = value.get().toString();
        if (text.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw Wrong.param("params", "must be at most " + LONGEST + " bytes");
        }
        Texts.checkWhole("params", text);
        return text;
    }

    private static Wrong wrongVariables() {
        return Wrong.param("params", "must be a JSON object, or the same as text");
    }
}
