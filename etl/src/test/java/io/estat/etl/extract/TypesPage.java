package io.estat.etl.extract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** docs/types.md. */
final class TypesPage {
  private static final Path PAGE = Path.of("..", "docs", "types.md");

  /** The last row of a chapter is of the types without shape, which cannot be tried. */
  private static final String NOT_TRIED = "refused; as text";

  private TypesPage() {}

  /**
   * Types in the first column of the chapter between {@code <!-- database -->} and its end, without
   * arguments, in lower case; "also" begins another name of the types before it.
   */
  static SortedSet<String> names(String database) throws IOException {
    String page = Files.readString(PAGE);
    String mark = "<!-- %s -->%n".formatted(database);
    int from = page.indexOf(mark) + mark.length();
    return page.substring(from, page.indexOf("<!-- /%s -->".formatted(database), from))
        .lines()
        .filter(line -> line.startsWith("|") && !line.contains(NOT_TRIED))
        .skip(2)
        .map(line -> TypeValues.withoutArguments(line.split("\\|", -1)[1]))
        .flatMap(cell -> Arrays.stream(cell.split(",", -1)))
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .filter(name -> !name.startsWith("also "))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
