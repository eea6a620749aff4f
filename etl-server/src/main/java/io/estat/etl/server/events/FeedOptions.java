package io.estat.etl.server.events;

import java.time.Duration;

/**
 * @param heartbeat the longest silence on a stream; shorter than what proxies cut (nginx: 60 s)
 * @param poll between two looks into the job store for what other instances report; a watcher sees
 *     it after twice this time at most
 * @param queued events that wait for one watcher. More than a job of 1000 tables can tell at once,
 *     when all of them are cancelled
 * @param streams open at once; each holds a connection
 */
public record FeedOptions(Duration heartbeat, Duration poll, int queued, int streams) {
  public static final FeedOptions DEFAULT =
      new FeedOptions(Duration.ofSeconds(15), Duration.ofMillis(500), 2048, 1000);
}
