package io.estat.etl.source;

import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.apache.shardingsphere.sql.parser.autogen.OracleStatementLexer;
import org.apache.shardingsphere.sql.parser.autogen.OracleStatementParser;

/** Apache ShardingSphere's grammar of Oracle's SQL. */
final class OracleGrammar {
  private OracleGrammar() {}

  /** What is wrong with the statement; empty: nothing. */
  static List<String> problems(String sql) {
    var problems = new ArrayList<String>();
    var listener =
        new BaseErrorListener() {
          @Override
          public void syntaxError(
              Recognizer<?, ?> recognizer,
              Object symbol,
              int line,
              int column,
              String message,
              RecognitionException e) {
            problems.add("%d:%d %s".formatted(line, column, message));
          }
        };
    var lexer = new OracleStatementLexer(CharStreams.fromString(sql));
    lexer.removeErrorListeners();
    lexer.addErrorListener(listener);
    var tokens = new CommonTokenStream(lexer);
    var parser = new OracleStatementParser(tokens);
    parser.removeErrorListeners();
    parser.addErrorListener(listener);
    parser.execute();
    if (tokens.LA(1) != Token.EOF) {
      problems.add("ends before " + tokens.LT(1).getText());
    }
    return problems;
  }
}
