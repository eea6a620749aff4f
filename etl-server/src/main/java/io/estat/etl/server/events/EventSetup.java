package io.estat.etl.server.events;

import io.estat.etl.server.store.Stores;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The feed, and when it begins and ends. */
@Configuration(proxyBeanMethods = false)
class EventSetup {
  @Bean
  JobFeed jobFeed(Stores stores, ObjectProvider<FeedOptions> options) {
    return new JobFeed(stores, options.getIfAvailable(() -> FeedOptions.DEFAULT));
  }

  @Bean
  SmartLifecycle jobFeedLifecycle(JobFeed feed) {
    return new FeedLifecycle(feed);
  }

  /**
   * Streams end before the web server waits for its requests to end: to it an open stream is a
   * request, and it would wait in vain.
   */
  private static final class FeedLifecycle implements SmartLifecycle {
    private final JobFeed feed;
    private volatile boolean running;

    FeedLifecycle(JobFeed feed) {
      this.feed = feed;
    }

    @Override
    public int getPhase() {
      return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1;
    }

    @Override
    public void start() {
      running = true;
      feed.start();
    }

    @Override
    public void stop() {
      feed.endStreams();
      running = false;
    }

    @Override
    public boolean isRunning() {
      return running;
    }
  }
}
