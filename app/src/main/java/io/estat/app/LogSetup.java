package io.estat.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.estat.ingest.config.IngestConfig;
import org.slf4j.LoggerFactory;

/**
 * Where log lines go. Found by Logback at its start, which then reads no file: until a server says
 * otherwise, warnings go to standard error, for people.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
  private static final String PRETTY = "%d{HH:mm:ss.SSS} %-5level %logger{0} - %msg%n";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    apply(context, new IngestConfig.Log("warn", true, 1), "System.err");
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** A server's log: standard output, one JSON object a line or one line for people. */
  static void apply(IngestConfig.Log log) {
    apply((LoggerContext) LoggerFactory.getILoggerFactory(), log, "System.out");
  }

  private static void apply(LoggerContext context, IngestConfig.Log log, String target) {
    Encoder<ILoggingEvent> encoder = log.pretty() ? lines(context) : json(context);
    encoder.start();
    var console = new ConsoleAppender<ILoggingEvent>();
    console.setContext(context);
    console.setTarget(target);
    console.setEncoder(encoder);
    console.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(console);
    root.setLevel(Level.WARN);
    context.getLogger("io.estat").setLevel(Level.toLevel(log.level()));
    context.resetTurboFilterList();
    if (log.sampleN() > 1) {
      context.addTurboFilter(new LogSampling(log.sampleN()));
    }
  }

  private static EncoderBase<ILoggingEvent> json(LoggerContext context) {
    var encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithFormattedMessage(true);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    return encoder;
  }

  private static PatternLayoutEncoder lines(LoggerContext context) {
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PRETTY);
    return encoder;
  }
}
