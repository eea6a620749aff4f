package io.estat.app;

import io.estat.etl.extract.PreflightReport;
import io.estat.etl.extract.PreflightReport.Check;
import io.estat.etl.extract.PreflightReport.PlannedColumn;
import io.estat.etl.extract.PreflightReport.PlannedTable;
import java.io.PrintWriter;
import java.util.Locale;

/** A preflight in words: what was found, with what to do about it, then the plan. */
final class DryRunText {
  private final PrintWriter out;

  DryRunText(PrintWriter out) {
    this.out = out;
  }

  void print(PreflightReport report) {
    report.checks().forEach(this::check);
    if (report.snapshot() != null) {
      out.println();
      out.println("snapshot  " + report.snapshot());
    }
    report.tables().forEach(this::table);
    out.println();
    out.println(
        report.ok() ? "it would run; nothing was moved" : "it would fail; nothing was moved");
    out.flush();
  }

  private void check(Check check) {
    String about = check.table() == null ? "" : " " + check.table();
    out.printf(
        "%-7s  %s%s: %s%n",
        check.verdict().name().toLowerCase(Locale.ROOT), check.check(), about, check.message());
    if (check.fix() != null) {
      out.println("         to do: " + check.fix());
    }
  }

  private void table(PlannedTable table) {
    out.println();
    String cut = table.chunks() == 0 ? "not cut yet" : "%,d chunks".formatted(table.chunks());
    out.printf(
        "%s  %s, %s, by %s, %s%n",
        table.asked(), rows(table.rows()), size(table.bytes()), table.kind(), cut);
    int width = 4;
    int typeWidth = 4;
    for (PlannedColumn column : table.columns()) {
      width = Math.max(width, column.name().length());
      typeWidth = Math.max(typeWidth, column.type().length());
    }
    for (PlannedColumn column : table.columns()) {
      String landed =
          column.landed().equals(column.name()) ? "" : " as \"%s\"".formatted(column.landed());
      String line = "  %-" + width + "s  %-" + typeWidth + "s  %s, %s%s%n";
      out.printf(line, column.name(), column.type(), column.bigQuery(), column.encoding(), landed);
    }
  }

  private static String rows(long rows) {
    return rows < 0 ? "rows not known" : "about %,d rows".formatted(rows);
  }

  private static String size(long bytes) {
    return bytes < 0 ? "bytes not known" : "%,d KiB in the database".formatted(bytes / 1024);
  }
}
