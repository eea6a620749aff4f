package io.estat.ingest;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Sees what one class or package logs until it is closed. Any thread may log. */
public final class LogCapture implements AutoCloseable {
  private final Logger logger;
  private final Lines lines = new Lines();

  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final CopyOnWriteArrayList<String> texts = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      texts.add(event.getLevel() + " " + event.getFormattedMessage());
    }
  }

  public LogCapture(Class<?> of) {
    this(of.getName());
  }

  /**
   * @param logger or a package of loggers
   */
  public LogCapture(String logger) {
    this.logger = (Logger) LoggerFactory.getLogger(logger);
    lines.start();
    this.logger.addAppender(lines);
  }

  /** Level, a space, and the text. */
  public List<String> lines() {
    return List.copyOf(lines.texts);
  }

  @Override
  public void close() {
    logger.detachAppender(lines);
  }
}
