package io.estat.etl.server.web;

import io.estat.etl.server.error.TraceId;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Gives each request its trace id, which its log lines carry. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class TraceFilter extends OncePerRequestFilter {
  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String id = TraceId.ofHeader(request.getHeader("traceparent"));
    request.setAttribute(TraceId.NAME, id);
    MDC.put(TraceId.NAME, id);
    try {
      chain.doFilter(request, response);
    } finally {
      MDC.remove(TraceId.NAME);
    }
  }
}
