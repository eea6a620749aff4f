package io.estat.etl.server.web;

import io.estat.etl.domain.NearestName;
import io.estat.etl.domain.Schedule;
import io.estat.etl.domain.TableName;
import io.estat.etl.domain.TableOptions;
import io.estat.etl.extract.ObjectNames;
import io.estat.etl.plan.Condition;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.server.error.ApiError;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.schedule.FireTimes;
import io.estat.etl.server.store.TransportDefinition;
import io.estat.etl.source.Source;
import io.estat.etl.source.TableInfo;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What the shape of a transport cannot show: that its tables are there and its times come. */
@Component
final class DefinitionCheck {
  private final Source source;
  private final SourceCatalog catalog;
  private final InstantSource clock;

  DefinitionCheck(Source source, SourceCatalog catalog, InstantSource clock) {
    this.source = source;
    this.catalog = catalog;
    this.clock = clock;
  }

  /**
   * @throws ApiException with every field that is wrong; ORACLE_CONNECTION_ERROR if the database
   *     cannot be asked
   */
  void require(TransportDefinition definition) {
    var wrong = new ArrayList<ApiError.Detail>();
    List<TableRequest> requests = requests(definition, wrong);
    definition
        .tableOptions()
        .forEach((table, options) -> options(definition, table, options, wrong));
    schedule(definition.schedule(), wrong);
    if (wrong.isEmpty()) {
      catalog.ask(connection -> tables(connection, requests, wrong));
    }
    if (!wrong.isEmpty()) {
      throw Parameters.invalid(wrong);
    }
  }

  private static List<TableRequest> requests(
      TransportDefinition definition, List<ApiError.Detail> wrong) {
    List<TableRequest> requests = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < definition.tables().size(); i++) {
      String asked = definition.tables().get(i);
      String field = "tables[" + i + "]";
      if (!seen.add(asked)) {
        wrong.add(new ApiError.Detail(field, "'" + asked + "' is listed twice"));
      }
      try {
        TableOptions options = definition.tableOptions().getOrDefault(asked, TableOptions.NONE);
        requests.add(new TableRequest(asked, TableName.parse(asked), options));
      } catch (IllegalArgumentException e) {
        wrong.add(new ApiError.Detail(field, String.valueOf(e.getMessage())));
      }
    }
    return requests;
  }

  private void options(
      TransportDefinition definition,
      String table,
      TableOptions options,
      List<ApiError.Detail> wrong) {
    String field = "table_options." + table;
    if (!definition.tables().contains(table)) {
      String hint =
          NearestName.of(table, definition.tables())
              .map(n -> "; did you mean " + n + "?")
              .orElse("");
      wrong.add(new ApiError.Detail(field, "is not in tables" + hint));
    }
    options
        .condition()
        .flatMap(where -> Condition.problem(where, source.dialect().hashComments()))
        .ifPresent(
            problem ->
                wrong.add(
                    new ApiError.Detail(
                        field + ".where", "must be one condition, but " + problem)));
  }

  private void schedule(@Nullable Schedule schedule, List<ApiError.Detail> wrong) {
    if (schedule != null) {
      try {
        FireTimes.check(schedule, clock.instant());
      } catch (IllegalArgumentException e) {
        wrong.add(new ApiError.Detail("schedule.expression", String.valueOf(e.getMessage())));
      }
    }
  }

  private boolean tables(
      Connection connection, List<TableRequest> requests, List<ApiError.Detail> wrong)
      throws SQLException {
    String defaultOwner = catalog.defaultOwner(connection);
    Map<String, Set<String>> known = new HashMap<>();
    for (int i = 0; i < requests.size(); i++) {
      TableName name = requests.get(i).name();
      String owner = name.owner() == null ? defaultOwner : name.owner();
      if (!known.containsKey(owner)) {
        known.put(owner, names(connection, owner));
      }
      Set<String> there = known.getOrDefault(owner, Set.of());
      if (!there.contains(name.name())) {
        String hint =
            NearestName.of(name.name(), there).map(n -> "; did you mean " + n + "?").orElse("");
        wrong.add(
            new ApiError.Detail(
                "tables[" + i + "]",
                "table %s is not in %s, or its user may not read it%s"
                    .formatted(name.name(), owner, hint)));
      }
    }
    try {
      ObjectNames.assign(requests, defaultOwner);
    } catch (IllegalArgumentException e) {
      wrong.add(new ApiError.Detail("tables", String.valueOf(e.getMessage())));
    }
    return wrong.isEmpty();
  }

  private Set<String> names(Connection connection, String owner) throws SQLException {
    return source.dialect().tables(connection, owner, "").stream()
        .map(TableInfo::name)
        .map(TableName::name)
        .collect(Collectors.toSet());
  }
}
