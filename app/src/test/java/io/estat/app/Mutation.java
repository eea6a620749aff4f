package io.estat.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One deliberate fault in the code, of those in {@code app/src/test/mutations.txt}.
 *
 * @param row the behaviour in docs/conformance.md that it breaks
 * @param name what is wrong then
 * @param file the source, from the root
 * @param find text that occurs exactly once in it
 * @param with what stands there instead; may be empty
 * @param test {@code Class#method} that must fail
 */
record Mutation(String row, String name, Path file, String find, String with, String test) {
  static final Path LIST = Papers.ROOT.resolve("app/src/test/mutations.txt");

  /** Blocks of {@code key: value} lines with an empty line in between; # begins a comment line. */
  static List<Mutation> all() throws IOException {
    String text =
        Files.readAllLines(LIST).stream()
            .filter(line -> !line.startsWith("#"))
            .collect(Collectors.joining("\n"));
    return Arrays.stream(text.strip().split("\n\\s*\n", -1)).map(Mutation::parse).toList();
  }

  private static Mutation parse(String block) {
    Map<String, String> values =
        block
            .strip()
            .lines()
            .map(line -> line.split(": ?", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    return new Mutation(
        value(values, "row"),
        value(values, "name"),
        Path.of(value(values, "file")),
        value(values, "find"),
        value(values, "with"),
        value(values, "test"));
  }

  private static String value(Map<String, String> values, String key) {
    String value = values.get(key);
    if (value == null || values.size() != 6) {
      throw new IllegalArgumentException(
          LIST + ": a block needs row, name, file, find, with and test, but has " + values);
    }
    return value;
  }

  /** The module that the source belongs to. */
  String module() {
    return file.getName(0).toString();
  }

  /** The whole source with the fault in it. */
  String mutated() throws IOException {
    String source = Files.readString(Papers.ROOT.resolve(file));
    int at = source.indexOf(find);
    if (at < 0 || source.indexOf(find, at + 1) >= 0) {
      throw new IOException(this + ": the text to find must occur exactly once in " + file);
    }
    return source.substring(0, at) + with + source.substring(at + find.length());
  }

  @Override
  public String toString() {
    return row + " " + name;
  }
}
