package io.estat.etl.plan;

import java.util.Optional;

/**
 * The check that a user's {@code where} is one expression that stays inside the parentheses it is
 * put into. It knows only what can end an expression: quotes, parentheses, comments, semicolons and
 * the marks of JDBC. Where databases read a text differently it must be harmless either way, else
 * it is refused.
 */
public final class Condition {
  private final String text;
  private final boolean hashComments;
  private final boolean backslashEscapes;

  private Condition(String text, boolean hashComments, boolean backslashEscapes) {
    this.text = text;
    this.hashComments = hashComments;
    this.backslashEscapes = backslashEscapes;
  }

  /**
   * What is wrong with it, or empty.
   *
   * @param hashComments whether {@code #} begins a comment in this database
   */
  public static Optional<String> problem(String text, boolean hashComments) {
    if (text.isBlank()) {
      return Optional.of("it is empty");
    }
    // PostgreSQL and MariaDB can be set to read a backslash in quotes either way.
    return new Condition(text, hashComments, false)
        .problem()
        .or(() -> new Condition(text, hashComments, true).problem());
  }

  private Optional<String> problem() {
    int open = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\'', '"', '`' -> {
          if (c == '`' && !hashComments) {
            return Optional.of("it has a ` outside of quotes");
          }
          if (c == '\'' && i > 0 && (text.charAt(i - 1) | 0x20) == 'q') {
            return Optional.of("it has a q'...' literal; write it in plain quotes");
          }
          i = closing(i);
          if (i < 0) {
            return Optional.of("a quote %s is not closed".formatted(c));
          }
        }
        case '(' -> open++;
        case ')' -> {
          if (--open < 0) {
            return Optional.of("a parenthesis is closed that was not opened");
          }
        }
        case ';', '\0', '{', '}' -> {
          return Optional.of("it has a %s outside of quotes".formatted(c == 0 ? "NUL" : c));
        }
        case '?' -> {
          return Optional.of(
              "it has a ? outside of quotes, which JDBC takes for a value to come; use the function behind the operator");
        }
        case '$' -> {
          if (dollarQuote(i)) {
            return Optional.of("it has a $...$ literal; write it in plain quotes");
          }
        }
        case '#' -> {
          if (hashComments) {
            return Optional.of("it has a comment (#)");
          }
        }
        case '-', '/' -> {
          if (text.startsWith("--", i) || text.startsWith("/*", i)) {
            return Optional.of("it has a comment (%s)".formatted(text.substring(i, i + 2)));
          }
        }
        default -> {}
      }
    }
    return open == 0 ? Optional.empty() : Optional.of("a parenthesis is not closed");
  }

  /** Where the quote at {@code from} ends, or -1. A doubled quote ends one and begins the next. */
  private int closing(int from) {
    char quote = text.charAt(from);
    for (int i = from + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == quote) {
        return i;
      }
      if (c == '\\' && backslashEscapes && quote != '`') {
        i++;
      }
    }
    return -1;
  }

  /** PostgreSQL's {@code $$} and {@code $tag$}; a dollar within a name is only a character. */
  private boolean dollarQuote(int at) {
    if (at > 0 && Character.isJavaIdentifierPart(text.charAt(at - 1))) {
      return false;
    }
    int i = at + 1;
    while (i < text.length()
        && text.charAt(i) != '$'
        && Character.isJavaIdentifierPart(text.charAt(i))) {
      i++;
    }
    return i < text.length() && text.charAt(i) == '$';
  }
}
