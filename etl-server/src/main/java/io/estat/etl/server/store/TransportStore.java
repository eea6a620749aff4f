package io.estat.etl.server.store;

import io.estat.etl.domain.JobId;
import io.estat.etl.domain.Schedule;
import io.estat.etl.domain.Transport;
import io.estat.etl.domain.TransportId;
import io.estat.etl.domain.TransportStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The transports. Thread-safe, also across instances: changes of one transport, and the creation of
 * its jobs, come one after the other, because each locks the transport's row first.
 */
public final class TransportStore {
  private final StoreDatabase database;
  private final JdbcClient jdbc;
  private final IdempotencyKeys keys;
  private final InstantSource clock;
  private final RandomGenerator random;

  public TransportStore(StoreDatabase database, InstantSource clock, RandomGenerator random) {
    this.database = database;
    this.clock = clock;
    this.random = random;
    jdbc = database.jdbc();
    keys = new IdempotencyKeys(jdbc, clock);
  }

  /**
   * @throws IllegalArgumentException if {@link Transport} refuses the definition
   */
  public TransportCreation create(TransportDefinition definition, @Nullable IdempotencyKey key) {
    return database.inTransaction(
        () -> {
          Optional<IdempotencyKeys.Known> known = Optional.ofNullable(key).flatMap(keys::find);
          if (known.isPresent()) {
            return repeated(known.get());
          }
          Instant now = StoredTime.now(clock);
          Transport transport =
              transport(TransportId.mint(random), definition, TransportStatus.IDLE, 1, now, now);
          insert(transport);
          if (key != null) {
            keys.remember(key, transport.id().value());
          }
          return new TransportCreation.Created(transport);
        });
  }

  private TransportCreation repeated(IdempotencyKeys.Known known) {
    if (!known.sameRequest()) {
      return new TransportCreation.KeyUsedOtherwise();
    }
    // Also when it was deleted since: the request is not to make another one.
    Transport transport =
        jdbc.sql("select * from estat_transport where id = :id")
            .param("id", known.result())
            .query(TransportStore::read)
            .single();
    return new TransportCreation.Repeated(transport);
  }

  public Optional<Transport> find(TransportId id) {
    return jdbc.sql("select * from estat_transport where id = :id and deleted_at is null")
        .param("id", id.value())
        .query(TransportStore::read)
        .optional();
  }

  /** In the order of their creation. */
  public Page<Transport> page(int offset, int limit) {
    long total =
        jdbc.sql("select count(*) from estat_transport where deleted_at is null")
            .query(Long.class)
            .single();
    return new Page<>(
        jdbc.sql(
                """
                select * from estat_transport where deleted_at is null
                order by created_at, id limit :limit offset :offset
                """)
            .param("limit", limit)
            .param("offset", offset)
            .query(TransportStore::read)
            .list(),
        total,
        offset,
        limit);
  }

  /**
   * Puts the definition in the place of the transport's, unless a job of it is pending or running.
   *
   * @param ifRevision the revision that the caller has seen
   * @throws IllegalArgumentException if {@link Transport} refuses the definition
   */
  public TransportChange update(TransportId id, long ifRevision, TransportDefinition definition) {
    return database.inTransaction(
        () -> changeable(id, ifRevision, transport -> update(transport, definition)));
  }

  private Transport update(Transport before, TransportDefinition definition) {
    Transport after =
        transport(
            before.id(),
            definition,
            before.status(),
            before.revision() + 1,
            before.createdAt(),
            StoredTime.now(clock));
    var values = values(after);
    boolean sameTimes =
        Objects.equals(before.schedule(), after.schedule()) && before.enabled() == after.enabled();
    jdbc.sql(
            """
            update estat_transport set name = :name, description = :description, source = :source,
              table_names = :tables, table_options = :options, enabled = :enabled,
              schedule_expression = :expression, schedule_zone = :zone, revision = :revision,
              updated_at = :updated, next_fire_at = case when :same then next_fire_at end
            where id = :id
            """)
        .params(values)
        .param("same", sameTimes)
        .update();
    return after;
  }

  /** Its jobs, and what they landed, stay. Refused while a job of it is pending or running. */
  public TransportChange delete(TransportId id, long ifRevision) {
    return database.inTransaction(() -> changeable(id, ifRevision, this::delete));
  }

  private Transport delete(Transport transport) {
    jdbc.sql("update estat_transport set deleted_at = :now where id = :id")
        .param("now", StoredTime.of(clock.instant()))
        .param("id", transport.id().value())
        .update();
    return transport;
  }

  private TransportChange changeable(
      TransportId id, long ifRevision, UnaryOperator<Transport> change) {
    Optional<Transport> found = lock(id);
    if (found.isEmpty()) {
      return new TransportChange.NotFound();
    }
    Transport transport = found.get();
    if (transport.revision() != ifRevision) {
      return new TransportChange.RevisionDiffers(transport.revision());
    }
    Optional<JobId> active = activeJob(id);
    if (active.isPresent()) {
      return new TransportChange.JobActive(active.get());
    }
    return new TransportChange.Done(change.apply(transport));
  }

  /** Inside a transaction: whoever changes the transport or its jobs waits until its end. */
  Optional<Transport> lock(TransportId id) {
    return jdbc.sql(
            "select * from estat_transport where id = :id and deleted_at is null for update")
        .param("id", id.value())
        .query(TransportStore::read)
        .optional();
  }

  Optional<JobId> activeJob(TransportId id) {
    return jdbc.sql("select id from estat_job where active_of = :id")
        .param("id", id.value())
        .query((row, number) -> new JobId(row.getString("id")))
        .optional();
  }

  /** The version of a new job, which makes the transport run. The caller holds the lock. */
  int nextVersion(TransportId id) {
    jdbc.sql(
            """
            update estat_transport set last_version = last_version + 1, status = :status
            where id = :id
            """)
        .param("status", TransportStatus.RUNNING.name())
        .param("id", id.value())
        .update();
    return jdbc.sql("select last_version from estat_transport where id = :id")
        .param("id", id.value())
        .query(Integer.class)
        .single();
  }

  private void insert(Transport transport) {
    jdbc.sql(
            """
            insert into estat_transport (id, name, description, source, table_names, table_options,
              enabled, schedule_expression, schedule_zone, status, revision, last_version,
              created_at, updated_at)
            values (:id, :name, :description, :source, :tables, :options, :enabled, :expression,
              :zone, :status, :revision, 0, :created, :updated)
            """)
        .params(values(transport))
        .update();
  }

  private static Map<String, @Nullable Object> values(Transport transport) {
    Schedule schedule = transport.schedule();
    var values = new HashMap<String, @Nullable Object>();
    values.put("id", transport.id().value());
    values.put("name", transport.name());
    values.put("description", transport.description());
    values.put("source", transport.source());
    values.put("tables", StoredJson.write(transport.tables()));
    values.put("options", StoredJson.write(transport.tableOptions()));
    values.put("enabled", transport.enabled());
    values.put("expression", schedule == null ? null : schedule.expression());
    values.put("zone", schedule == null ? null : schedule.timezone().getId());
    values.put("status", transport.status().name());
    values.put("revision", transport.revision());
    values.put("created", StoredTime.of(transport.createdAt()));
    values.put("updated", StoredTime.of(transport.updatedAt()));
    return values;
  }

  private static Transport transport(
      TransportId id,
      TransportDefinition definition,
      TransportStatus status,
      long revision,
      Instant created,
      Instant updated) {
    return new Transport(
        id,
        definition.name(),
        definition.description(),
        definition.source(),
        definition.tables(),
        definition.tableOptions(),
        definition.enabled(),
        definition.schedule(),
        status,
        revision,
        created,
        updated);
  }

  private static Transport read(ResultSet row, int number) throws SQLException {
    String expression = row.getString("schedule_expression");
    return new Transport(
        new TransportId(row.getString("id")),
        row.getString("name"),
        row.getString("description"),
        row.getString("source"),
        StoredJson.strings(row.getString("table_names")),
        StoredJson.tableOptions(row.getString("table_options")),
        row.getBoolean("enabled"),
        expression == null
            ? null
            : new Schedule(expression, ZoneId.of(row.getString("schedule_zone"))),
        TransportStatus.valueOf(row.getString("status")),
        row.getLong("revision"),
        StoredTime.read(row, "created_at"),
        StoredTime.read(row, "updated_at"));
  }
}
