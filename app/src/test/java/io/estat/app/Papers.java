package io.estat.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The pages of this repository that tests compare with the code. */
final class Papers {
  static final Path ROOT =
      Path.of(System.getProperty("estat.root", "..")).toAbsolutePath().normalize();

  private Papers() {}

  /** What stands between the lines {@code <!-- name -->} and {@code <!-- /name -->}. */
  static String between(String page, String name) throws IOException {
    String text = Files.readString(ROOT.resolve(page));
    Matcher match =
        Pattern.compile("<!-- " + name + " -->\n(.*?)\n<!-- /" + name + " -->", Pattern.DOTALL)
            .matcher(text);
    if (!match.find()) {
      throw new IOException(page + " has no part between <!-- " + name + " --> and its end");
    }
    return match.group(1).strip();
  }

  /** The cells of a table's rows, its head left out. */
  static List<List<String>> rows(String table) {
    return table
        .lines()
        .filter(line -> line.startsWith("|"))
        .skip(2)
        .map(line -> List.of(line.substring(1, line.lastIndexOf('|')).split("\\|", -1)))
        .map(cells -> cells.stream().map(String::strip).toList())
        .toList();
  }
}
