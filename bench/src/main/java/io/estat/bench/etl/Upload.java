package io.estat.bench.etl;

import io.estat.bench.Figure;
import io.estat.bench.Figure.Bound;
import io.estat.bench.Spread;
import io.estat.etl.extract.ExtractOptions;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStores;
import io.estat.storage.ObjectUpload;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.StoreException;
import io.estat.storage.StoreSettings;
import io.estat.storage.UploadBudget;
import io.estat.storage.UploadRetry;
import io.estat.testkit.MinioServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** How fast gzip'd bytes get to an S3 server on this machine, by the upload that tables use. */
record Upload(EtlPlan plan, Path folder) {
  private static final int PIECE_BYTES = 4 << 20;
  private static final int PIECES = 128;

  Figure run() throws IOException, StoreException, InterruptedException {
    double[] rates = new double[plan.rounds()];
    try (var minio = new MinioServer(folder)) {
      minio.start();
      minio.createBucket("bench");
      var settings = new StoreSettings("us-east-1", minio.url(), Duration.ofSeconds(30));
      try (ObjectStore store = ObjectStores.open(URI.create("s3://bench"), settings)) {
        rate(store, "warm-up");
        for (int round = 0; round < rates.length; round++) {
          rates[round] = rate(store, "round-" + round);
        }
      }
    }
    Spread rate = Spread.of(Arrays.stream(rates));
    return Figure.atLeast(
        "upload of gz to MinIO",
        rate.text(0) + " MB/s",
        rate.median(),
        new Bound(50, 200, "MB/s"),
        "one object of %d MB, parts of 16 MiB, client and server on these cores; median of %d"
            .formatted((long) PIECE_BYTES * PIECES / 1_000_000, plan.rounds()));
  }

  /** Megabytes a second, from the first byte to the visible object. */
  private static double rate(ObjectStore store, String key)
      throws StoreException, InterruptedException {
    byte[] piece = new byte[PIECE_BYTES];
    new Random(1).nextBytes(piece); // as little to compress as gzip leaves
    ExtractOptions options = ExtractOptions.DEFAULTS;
    long start = System.nanoTime();
    try (ObjectUpload upload =
        store.upload(
            new ObjectUploadRequest(
                key,
                "application/gzip",
                Map.of(),
                options.partBytes(),
                new UploadBudget(options.bufferBytes()),
                options.callTimeout(),
                UploadRetry.NEVER))) {
      for (int i = 0; i < PIECES; i++) {
        upload.append(piece, 0, piece.length);
      }
      upload.commit();
    }
    return (long) PIECE_BYTES * PIECES / 1e6 / ((System.nanoTime() - start) / 1e9);
  }
}
