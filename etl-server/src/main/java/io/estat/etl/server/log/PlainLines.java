package io.estat.etl.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.springframework.boot.logging.structured.StructuredLogFormatter;
import org.springframework.core.env.Environment;

/** Lines for people, masked. Made by Spring Boot before there are beans. */
public final class PlainLines implements StructuredLogFormatter<ILoggingEvent> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

  private final LogMask mask;

  public PlainLines(Environment environment) {
    this.mask = new LogMask(environment);
  }

  @Override
  public String format(ILoggingEvent event) {
    String logger = event.getLoggerName();
    String exception = JsonLines.exception(event, mask);
    return "%s %-5s %s - %s%n%s"
        .formatted(
            TIME.format(event.getInstant()),
            event.getLevel(),
            logger.substring(logger.lastIndexOf('.') + 1),
            mask.apply(event.getFormattedMessage()),
            exception == null ? "" : exception);
  }
}
