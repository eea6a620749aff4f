package io.estat.etl.extract;

import io.estat.etl.extract.PreflightReport.Check;
import io.estat.etl.extract.PreflightReport.Verdict;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What one part of a preflight has found so far. Thread-safe: whoever waits for it may give up. */
final class Findings {
  private final List<Check> checks = new CopyOnWriteArrayList<>();

  void ok(String check, String message) {
    checks.add(new Check(check, null, Verdict.OK, message, null));
  }

  void ok(String check, String table, String message) {
    checks.add(new Check(check, table, Verdict.OK, message, null));
  }

  void warn(String check, String message, String fix) {
    checks.add(new Check(check, null, Verdict.WARNING, message, fix));
  }

  void warn(String check, String table, String message, String fix) {
    checks.add(new Check(check, table, Verdict.WARNING, message, fix));
  }

  void fail(String check, String message, String fix) {
    checks.add(new Check(check, null, Verdict.FAILED, message, fix));
  }

  void fail(String check, String table, String message, String fix) {
    checks.add(new Check(check, table, Verdict.FAILED, message, fix));
  }

  List<Check> soFar() {
    return List.copyOf(checks);
  }
}
