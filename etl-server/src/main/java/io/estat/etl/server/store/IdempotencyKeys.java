package io.estat.etl.server.store;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which request made what. Used inside the transaction that makes it. */
final class IdempotencyKeys {
  /**
   * @param result the id of what was made
   * @param sameRequest whether the key came with the same request
   */
  record Known(String result, boolean sameRequest) {}

  private final JdbcClient jdbc;
  private final InstantSource clock;

  IdempotencyKeys(JdbcClient jdbc, InstantSource clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  Optional<Known> find(IdempotencyKey key) {
    return jdbc.sql(
            """
            select request_hash, result_id from estat_idempotency
            where key_hash = :key and created_at > :oldest
            """)
        .param("key", key.keyHash())
        .param("oldest", StoredTime.of(oldest()))
        .query(
            (row, number) ->
                new Known(
                    row.getString("result_id"),
                    row.getString("request_hash").equals(key.requestHash())))
        .optional();
  }

  /** The unique key makes the second of two equal requests begin again and find the first. */
  void remember(IdempotencyKey key, String result) {
    jdbc.sql("delete from estat_idempotency where key_hash = :key and created_at <= :oldest")
        .param("key", key.keyHash())
        .param("oldest", StoredTime.of(oldest()))
        .update();
    jdbc.sql(
            """
            insert into estat_idempotency (key_hash, request_hash, result_id, created_at)
            values (:key, :request, :result, :now)
            """)
        .param("key", key.keyHash())
        .param("request", key.requestHash())
        .param("result", result)
        .param("now", StoredTime.of(clock.instant()))
        .update();
  }

  int forgetOld() {
    return jdbc.sql("delete from estat_idempotency where created_at <= :oldest")
        .param("oldest", StoredTime.of(oldest()))
        .update();
  }

  private Instant oldest() {
    return clock.instant().minus(IdempotencyKey.REMEMBERED);
  }
}
