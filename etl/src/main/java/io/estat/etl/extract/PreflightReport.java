package io.estat.etl.extract;

import io.estat.etl.source.Split;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run would meet.
 *
 * @param checks what was looked at, in the order of a run
 * @param snapshot what the tables would be read at, or null: none could be had
 * @param tables those that can be read, as a run would read them
 */
public record PreflightReport(
    List<Check> checks, @Nullable String snapshot, List<PlannedTable> tables) {
  public PreflightReport {
    checks = List.copyOf(checks);
    tables = List.copyOf(tables);
  }

  /** How a check ended. */
  public enum Verdict {
    OK,
    /** The job would run, but not as well as it could. */
    WARNING,
    FAILED
  }

  /**
   * One thing that was looked at.
   *
   * @param check {@code connection}, {@code names}, {@code table}, {@code split_column}, {@code
   *     snapshot}, {@code schema}, {@code undo_retention}, {@code snapshot_age}, {@code store},
   *     {@code objects} or {@code time}
   * @param table as the transport names it, or null where it is about all
   * @param message what was found
   * @param fix what to do about it, or null if nothing has to be done
   */
  public record Check(
      String check,
      @Nullable String table,
      Verdict verdict,
      String message,
      @Nullable String fix) {}

  /**
   * A table as it would be read.
   *
   * @param asked as the transport names it
   * @param rows the estimate, or -1
   * @param bytes on the disk of the database, or -1
   * @param kind how it would be cut, see {@link Split#kind}
   * @param chunks how many; 0: cutting it was not tried
   */
  public record PlannedTable(
      String asked, long rows, long bytes, String kind, int chunks, List<PlannedColumn> columns) {
    public PlannedTable {
      columns = List.copyOf(columns);
    }
  }

  /**
   * A column as it would land.
   *
   * @param type in the database
   * @param landed the name in lines and schema file
   * @param encoding in words
   * @param bigQuery the type in the schema file
   */
  public record PlannedColumn(
      String name, String type, String landed, String encoding, String bigQuery) {}

  /** Whether nothing failed: a job would run. */
  public boolean ok() {
    return checks.stream().noneMatch(check -> check.verdict() == Verdict.FAILED);
  }
}
