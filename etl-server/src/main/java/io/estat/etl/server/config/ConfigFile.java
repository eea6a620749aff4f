package io.estat.etl.server.config;

import io.estat.etl.domain.NearestName;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * {@code config.yaml} as texts by setting: a list has an entry each, everything else one. Scalars
 * are taken as they are written, so that {@code 1:30} or {@code on} mean nothing else than they
 * say.
 */
final class ConfigFile {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

  private final Path file;
  private final Map<String, String> environment;
  private final List<String> problems;
  private final Map<Setting, List<String>> found = new EnumMap<>(Setting.class);

  private ConfigFile(Path file, Map<String, String> environment, List<String> problems) {
    this.file = file;
    this.environment = environment;
    this.problems = problems;
  }

  /**
   * @param environment for {@code ${VAR}}
   * @param problems is added to
   */
  static Map<Setting, List<String>> read(
      Path file, Map<String, String> environment, List<String> problems) {
    var yaml = new ConfigFile(file, environment, problems);
    yaml.readWhole();
    return yaml.found;
  }

  private void readWhole() {
    try (Reader reader = Files.newBufferedReader(file)) {
      Node root = new Yaml(new LoaderOptions()).compose(reader);
      if (root instanceof MappingNode map) {
        section("", map);
      } else if (root != null && !isNull(root)) {
        problem(root, "must be a map of sections");
      }
    } catch (MarkedYAMLException e) {
      // The exception's own message shows the line, and a secret may stand in it.
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      problems.add("%s, line %d: is no YAML: %s".formatted(file, line, e.getProblem()));
    } catch (YAMLException e) {
      problems.add(file + ": is no YAML");
    } catch (IOException e) {
      problems.add(
          file + ": cannot be read (" + e.getClass().getSimpleName() + "); is the path right?");
    }
  }

  private void section(String prefix, MappingNode map) {
    Set<String> seen = new HashSet<>();
    for (NodeTuple entry : map.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode name)) {
        problem(entry.getKeyNode(), "a key must be a plain word");
        continue;
      }
      String key = prefix + name.getValue();
      if (!seen.add(key)) {
        problem(name, key + " stands here a second time");
      } else {
        entry(key, name, entry.getValueNode());
      }
    }
  }

  private void entry(String key, Node name, Node value) {
    var setting = Setting.ofKey(key);
    if (setting.isPresent()) {
      if (!isNull(value)) {
        found.put(setting.get(), texts(setting.get(), value));
      }
    } else if (isSection(key)) {
      if (value instanceof MappingNode map) {
        section(key + ".", map);
      } else if (!isNull(value)) {
        problem(value, key + " is a section and has keys below it");
      }
    } else {
      List<String> known = Arrays.stream(Setting.values()).map(Setting::key).toList();
      String hint =
          NearestName.of(key, known).map(near -> "; did you mean " + near + "?").orElse("");
      problem(name, key + " is not a setting" + hint);
    }
  }

  private static boolean isSection(String key) {
    return Arrays.stream(Setting.values()).anyMatch(s -> s.key().startsWith(key + "."));
  }

  private List<String> texts(Setting setting, Node value) {
    return switch (value) {
      case ScalarNode scalar ->
          Values.isList(setting)
              ? Values.split(expanded(setting, scalar))
              : List.of(expanded(setting, scalar));
      case SequenceNode list when Values.isList(setting) ->
          list.getValue().stream().map(item -> item(setting, item)).toList();
      case MappingNode map when setting == Setting.SOURCE_PROPERTIES -> {
        var pairs = new ArrayList<String>();
        scalars(setting, map).forEach((name, text) -> pairs.add(name + "=" + text));
        yield pairs;
      }
      default -> {
        problem(value, setting.key() + " must be " + setting.allowed());
        yield List.of();
      }
    };
  }

  private String item(Setting setting, Node item) {
    if (item instanceof ScalarNode scalar) {
      return expanded(setting, scalar);
    }
    if (item instanceof MappingNode map && setting == Setting.AUTH_API_KEYS) {
      return apiKey(item, scalars(setting, map));
    }
    problem(item, setting.key() + ": an entry must be a text");
    return "";
  }

  /** The form of the environment, see {@link ApiKey#parse}. */
  private String apiKey(Node at, Map<String, String> fields) {
    String name = fields.getOrDefault("name", "");
    String role = fields.getOrDefault("role", "");
    boolean plain = fields.containsKey("key");
    boolean known = Set.of("name", "role", "key", "sha256").containsAll(fields.keySet());
    if (!known || name.isEmpty() || role.isEmpty() || plain == fields.containsKey("sha256")) {
      problem(at, "auth.api_keys: an entry has name, role, and either key or sha256");
      return "";
    }
    return name + ":" + role + ":" + (plain ? fields.get("key") : "sha256:" + fields.get("sha256"));
  }

  private Map<String, String> scalars(Setting setting, MappingNode map) {
    Map<String, String> texts = new TreeMap<>();
    for (NodeTuple entry : map.getValue()) {
      if (entry.getKeyNode() instanceof ScalarNode name
          && entry.getValueNode() instanceof ScalarNode value) {
        if (texts.put(name.getValue(), expanded(setting, value)) != null) {
          problem(name, setting.key() + ": " + name.getValue() + " stands here a second time");
        }
      } else {
        problem(entry.getKeyNode(), setting.key() + ": names and values must be texts");
      }
    }
    return texts;
  }

  private String expanded(Setting setting, ScalarNode scalar) {
    Matcher matcher = VARIABLE.matcher(scalar.getValue());
    return matcher.replaceAll(
        match -> {
          String value = environment.get(match.group(1));
          if (value == null) {
            problem(scalar, setting.key() + ": the variable " + match.group(1) + " is not set");
            return "";
          }
          return Matcher.quoteReplacement(value);
        });
  }

  private static boolean isNull(Node node) {
    return Tag.NULL.equals(node.getTag());
  }

  private void problem(Node at, String what) {
    problems.add("%s, line %d: %s".formatted(file, at.getStartMark().getLine() + 1, what));
  }
}
