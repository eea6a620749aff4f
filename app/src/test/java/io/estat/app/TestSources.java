package io.estat.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
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

  private final Map<String, TestClass> classes = new TreeMap<>();

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
    classes.put(name, new TestClass(file, suite, methods));
  }

  /** Whether {@code Class#method} is there. */
  boolean has(String reference) {
    String[] parts = reference.split("#", -1);
    return parts.length == 2 && has(parts[0], parts[1]);
  }

  private boolean has(String className, String method) {
    TestClass type = classes.get(className);
    return type != null
        && (type.methods.contains(method) || type.suite.filter(s -> has(s, method)).isPresent());
  }

  /** {@code Suite#method} if the class has the test from a suite, else the same. */
  String declaring(String reference) {
    String[] parts = reference.split("#", -1);
    TestClass type = classes.get(parts[0]);
    return type == null || type.methods.contains(parts[1]) || type.suite.isEmpty()
        ? reference
        : declaring(type.suite.get() + "#" + parts[1]);
  }

  /** Where a test class is. */
  Path file(String className) {
    TestClass type = classes.get(className);
    if (type == null) {
      throw new IllegalArgumentException("there is no test class " + className);
    }
    return type.file;
  }
}
