package io.estat.bench.etl;

import java.nio.file.Path;

/** One way from a table to gzip'd JSON Lines in a local folder. */
interface Contender extends AutoCloseable {
  String name();

  /** Lands the whole table in the folder, which is empty. */
  void land(Path folder) throws Exception;

  /** Whether its lines went through PostgreSQL's COPY in text, which doubles backslashes. */
  default boolean doublesBackslashes() {
    return false;
  }

  @Override
  default void close() {}
}
