package io.estat.etl.server.security;

import io.estat.etl.server.config.EtlConfig;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A bucket of tokens for each principal. Thread-safe. The principals that were seen last are known,
 * at most {@link #MAX_PRINCIPALS}.
 */
final class RateLimiter {
  private static final int MAX_PRINCIPALS = 10_000;

  private final EtlConfig.RateLimit limit;
  private final TimeMeter time;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > MAX_PRINCIPALS;
        }
      };

  RateLimiter(EtlConfig.RateLimit limit, TimeMeter time) {
    this.limit = limit;
    this.time = time;
  }

  /** How long to wait before the next try; zero: go on. */
  Duration take(String principal) {
    if (!limit.enabled()) {
      return Duration.ZERO;
    }
    var probe = bucket(principal).tryConsumeAndReturnRemaining(1);
    return probe.isConsumed() ? Duration.ZERO : Duration.ofNanos(probe.getNanosToWaitForRefill());
  }

  private Bucket bucket(String principal) {
    synchronized (buckets) {
      return buckets.computeIfAbsent(principal, added -> newBucket());
    }
  }

  private Bucket newBucket() {
    return Bucket.builder()
        .addLimit(
            bandwidth ->
                bandwidth
                    .capacity(limit.burst())
                    .refillGreedy(limit.requestsPerMinute(), Duration.ofMinutes(1)))
        .withCustomTimePrecision(time)
        .build();
  }
}
