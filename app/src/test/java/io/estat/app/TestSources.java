package io.estat.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The test methods of all modules, read from the sources: those of {@code src/test}, and the
 * contract suites of {@code testkit}. A test class also has the methods of the suite it extends.
 * Two modules may have a class of one name: then a test is in the one that has its method.
 */
final class TestSources {
  private static final Pattern CLASS = Pattern.compile("\\bclass (\\w+)(?: extends (\\w+))?");

  private static final Pattern ANNOTATION =
      Pattern.compile("\\s*@(?:Test|ParameterizedTest|RepeatedTest|TestFactory)\\b.*");

  /** The line on which a test method is named. */
  private static final Pattern METHOD =
      Pattern.compile("\\s*(?:public )?(?:void|\\w+<Dynamic\\w+>) (\\w+)\\(.*");

  /** One test class. */
  record TestClass(Path file, Optional<String> suite, Set<String> methods) {}

  private final Map<String, List<TestClass>> classes = new TreeMap<>();

  private TestSources() {}

  static TestSources read() throws IOException {
    var sources = new TestSources();
    try (Stream<Path> files = Files.walk(Papers.ROOT, 12)) {
      Pattern place = Pattern.compile(".*/(src/test|testkit/src/main)/java/.*\\.java");
      for (Path file : files.filter(f -> place.matcher(f.toString()).matches()).toList()) {
        sources.add(file);
      }
    }
    return sources;
  }

  private void add(Path file) throws IOException {
    String text = Files.readString(file);
    String name = file.getFileName().toString().replace(".java", "");
    Matcher type = CLASS.matcher(text);
    Optional<String> suite = Optional.empty();
    while (type.find()) {
      if (type.group(1).equals(name)) {
        suite = Optional.ofNullable(type.group(2));
        break;
      }
    }
    var methods = new HashSet<String>();
    boolean annotated = false;
    for (String line : text.lines().toList()) {
      annotated |= ANNOTATION.matcher(line).matches();
      Matcher method = METHOD.matcher(line);
      if (annotated && method.matches()) {
        methods.add(method.group(1));
        annotated = false;
      }
    }
    classes.computeIfAbsent(name, n -> new ArrayList<>()).add(new TestClass(file, suite, methods));
  }

  /** Whether {@code Class#method} is there. */
  boolean has(String reference) {
    return find(reference).isPresent();
  }

  /** {@code Suite#method} if the class has the test from a suite, else the same. */
  String declaring(String reference) {
    String method = method(reference);
    return find(reference)
        .filter(type -> !type.methods.contains(method))
        .flatMap(TestClass::suite)
        .map(suite -> declaring(suite + "#" + method))
        .orElse(reference);
  }

  /** Where the class of {@code Class#method} is. */
  Path file(String reference) {
    return find(reference)
        .orElseThrow(() -> new IllegalArgumentException("there is no test " + reference))
        .file();
  }

  private Optional<TestClass> find(String reference) {
    String[] parts = reference.split("#", -1);
    return parts.length != 2
        ? Optional.empty()
        : classes.getOrDefault(parts[0], List.of()).stream()
            .filter(type -> has(type, parts[1]))
            .findFirst();
  }

  private boolean has(TestClass type, String method) {
    return type.methods.contains(method)
        || type.suite.filter(suite -> has(suite + "#" + method)).isPresent();
  }

  private static String method(String reference) {
    return reference.substring(reference.indexOf('#') + 1);
  }
}
