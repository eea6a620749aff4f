package io.estat.etl.source;

import io.estat.etl.domain.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/**
 * Ranges of ROWIDs by DBMS_PARALLEL_EXECUTE, for users who may not see the extents. It commits and
 * writes rows of the user's own dictionary, so it is used only where that is allowed; its task is
 * dropped whatever happens.
 *
 * @see <a
 *     href="https://docs.oracle.com/en/database/oracle/oracle-database/23/arpls/DBMS_PARALLEL_EXECUTE.html">DBMS_PARALLEL_EXECUTE</a>
 */
final class ParallelExecute {
  static final String CREATE = "begin dbms_parallel_execute.create_task(?); end;";
  static final String CUT =
      "begin dbms_parallel_execute.create_chunks_by_rowid(?, ?, ?, true, ?); end;";
  static final String DROP = "begin dbms_parallel_execute.drop_task(?); end;";
  static final String BEGINNINGS =
      "select rowidtochar(start_rowid) from user_parallel_execute_chunks where task_name = ?"
          + " order by start_rowid";

  private ParallelExecute() {}

  /**
   * The first ROWIDs of the chunks, in their order.
   *
   * @throws SQLException also if the package refuses the table: one in an index, a view
   */
  static List<String> beginnings(Connection connection, TableName table, long chunkRows)
      throws SQLException {
    String task = "ESTAT_" + UUID.randomUUID().toString().replace("-", "").substring(0, 20);
    run(connection, CREATE, task);
    try {
      run(connection, CUT, task, String.valueOf(table.owner()), table.name(), chunkRows);
      return Query.list(connection, BEGINNINGS, row -> row.getString(1), task);
    } finally {
      run(connection, DROP, task);
    }
  }

  private static void run(Connection connection, String block, Object... binds)
      throws SQLException {
    try (PreparedStatement call = connection.prepareStatement(block)) {
      for (int i = 0; i < binds.length; i++) {
        call.setObject(i + 1, binds[i]);
      }
      call.execute();
    }
  }
}
