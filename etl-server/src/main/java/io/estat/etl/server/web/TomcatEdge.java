package io.estat.etl.server.web;

import io.estat.etl.server.error.ErrorWriter;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;

/**
 * Tomcat as it must be: its own refusals by {@link JsonErrorValve}, 100 only when a body is read.
 */
@Component
final class TomcatEdge
    implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>, Ordered {
  private final ErrorWriter errors;

  TomcatEdge(ErrorWriter errors) {
    this.errors = errors;
  }

  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }

  @Override
  public void customize(TomcatServletWebServerFactory factory) {
    // A client that asks first is told of a wrong path or length before it sends its body.
    factory.addConnectorCustomizers(
        connector -> connector.setProperty("continueResponseTiming", "onRead"));
    factory.addContextCustomizers(
        context -> {
          if (context.getParent() instanceof StandardHost host) {
            // Innermost, after the one that Spring Boot adds.
            host.setErrorReportValveClass(JsonErrorValve.class.getName());
            host.getPipeline().addValve(new JsonErrorValve(errors));
          }
        });
  }
}
