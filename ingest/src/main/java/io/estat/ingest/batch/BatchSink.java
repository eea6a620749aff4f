package io.estat.ingest.batch;

/** Where a sealed batch goes. Called under the ledger's lock; must not block. */
@FunctionalInterface
public interface BatchSink {
  void offer(Batch batch);
}
