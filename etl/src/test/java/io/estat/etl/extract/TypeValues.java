package io.estat.etl.extract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Values of one type.
 *
 * @param declared the type as a column declares it
 * @param name the type as docs/types.md calls it
 * @param expressions of SQL, one a value
 */
record TypeValues(String declared, String name, List<String> expressions) {
  /** Those in the file {@code values-<database>.txt}, whose first lines say how it is written. */
  static List<TypeValues> of(String database) {
    var found = new ArrayList<TypeValues>();
    for (String line : file("values-" + database + ".txt").lines().toList()) {
      if (line.startsWith("[")) {
        int end = line.lastIndexOf(']');
        String declared = line.substring(1, end);
        String name = line.substring(end + 1).strip();
        found.add(
            new TypeValues(
                declared, name.isEmpty() ? withoutArguments(declared) : name, new ArrayList<>()));
      } else if (!line.startsWith("#")) {
        found.getLast().expressions().add(line);
      }
    }
    return found;
  }

  /** {@code timestamp(3) with time zone} is {@code timestamp with time zone}. */
  static String withoutArguments(String declared) {
    return declared.replaceAll(" ?\\([^()]*\\)", "");
  }

  /** Without the values: of those that fail a test says which. */
  @Override
  public String toString() {
    return declared;
  }

  private static String file(String name) {
    try (InputStream in = TypeValues.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
