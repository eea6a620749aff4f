package io.estat.etl.server.store;

import io.estat.etl.domain.Schedule;
import io.estat.etl.domain.TableOptions;
import io.estat.etl.domain.Transport;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a user decides about a transport; the rest of {@link Transport} follows from what happens.
 */
public record TransportDefinition(
    String name,
    String description,
    String source,
    List<String> tables,
    Map<String, TableOptions> tableOptions,
    boolean enabled,
    @Nullable Schedule schedule) {
  public TransportDefinition {
    tables = List.copyOf(tables);
    tableOptions = Map.copyOf(tableOptions);
  }

  public static TransportDefinition of(Transport transport) {
    return new TransportDefinition(
        transport.name(),
        transport.description(),
        transport.source(),
        transport.tables(),
        transport.tableOptions(),
        transport.enabled(),
        transport.schedule());
  }
}
