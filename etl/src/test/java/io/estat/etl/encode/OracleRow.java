package io.estat.etl.encode;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import oracle.jdbc.OracleResultSet;
import oracle.sql.BINARY_DOUBLE;
import oracle.sql.BINARY_FLOAT;
import oracle.sql.Datum;
import oracle.sql.RAW;
import org.jspecify.annotations.Nullable;

/**
 * A result of one column over values of Oracle's driver, without a database: text is what a CHAR
 * column would give.
 */
final class OracleRow {
  private final List<@Nullable Object> values = new ArrayList<>();
  private int at = -1;

  private OracleRow() {}

  static OracleResultSet of(@Nullable Object... values) {
    var row = new OracleRow();
    for (Object value : values) {
      row.values.add(value);
    }
    return (OracleResultSet)
        Proxy.newProxyInstance(
            OracleRow.class.getClassLoader(),
            new Class<?>[] {OracleResultSet.class},
            (proxy, method, arguments) -> row.answer(proxy, method.getName()));
  }

  private @Nullable Object answer(Object proxy, String method) throws SQLException {
    if (method.equals("next")) {
      return ++at < values.size();
    }
    if (method.equals("unwrap")) {
      return proxy;
    }
    Object value = values.get(at);
    return switch (method) {
      case "wasNull" -> value == null;
      case "getOracleObject" -> (Datum) value;
      case "getFloat" -> value == null ? 0f : ((BINARY_FLOAT) value).floatValue();
      case "getDouble" -> value == null ? 0d : ((BINARY_DOUBLE) value).doubleValue();
      case "getBytes" -> value == null ? null : ((RAW) value).getBytes();
      case "getString" -> value;
      case "getCharacterStream" -> value == null ? null : new StringReader((String) value);
      case "getBinaryStream" ->
          value == null
              ? null
              : new ByteArrayInputStream(((String) value).getBytes(StandardCharsets.UTF_8));
      default -> throw new UnsupportedOperationException(method);
    };
  }
}
