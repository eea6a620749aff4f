package io.estat.etl.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.json.JsonWriter;
import org.springframework.boot.logging.structured.StructuredLogFormatter;
import org.springframework.core.env.Environment;

/** One JSON object a line, masked. Made by Spring Boot before there are beans. */
public final class JsonLines implements StructuredLogFormatter<ILoggingEvent> {
  private final JsonWriter<ILoggingEvent> writer;

  public JsonLines(Environment environment) {
    var mask = new LogMask(environment);
    this.writer =
        JsonWriter.<ILoggingEvent>of(
                line -> {
                  line.add("timestamp", ILoggingEvent::getInstant).as(Object::toString);
                  line.add("level", ILoggingEvent::getLevel).as(Object::toString);
                  line.add("logger", ILoggingEvent::getLoggerName);
                  line.add("thread", ILoggingEvent::getThreadName);
                  line.addMapEntries(ILoggingEvent::getMDCPropertyMap);
                  line.add("message", event -> mask.apply(event.getFormattedMessage()));
                  line.add("exception", event -> exception(event, mask)).whenNotNull();
                })
            .withNewLineAtEnd();
  }

  @Override
  public String format(ILoggingEvent event) {
    return writer.writeToString(event);
  }

  static @Nullable String exception(ILoggingEvent event, LogMask mask) {
    return event.getThrowableProxy() == null
        ? null
        : mask.apply(ThrowableProxyUtil.asString(event.getThrowableProxy()));
  }
}
