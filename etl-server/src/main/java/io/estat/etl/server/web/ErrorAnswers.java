package io.estat.etl.server.web;

import io.estat.etl.server.error.ApiError;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import io.estat.etl.server.error.ErrorWriter;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/** Turns whatever goes wrong behind the dispatcher into the one error shape. */
@RestController
@RestControllerAdvice
final class ErrorAnswers implements ErrorController {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);

  private final ErrorWriter errors;

  ErrorAnswers(ErrorWriter errors) {
    this.errors = errors;
  }

  @ExceptionHandler
  ResponseEntity<ApiError> refused(ApiException e, HttpServletRequest request) {
    return answer(request, e.code().status(), e);
  }

  @ExceptionHandler
  ResponseEntity<ApiError> unreadable(
      HttpMessageNotReadableException e, HttpServletRequest request) {
    return refused(JsonMistake.told(e), request);
  }

  @ExceptionHandler
  ResponseEntity<ApiError> badParameter(
      MethodArgumentTypeMismatchException e, HttpServletRequest request) {
    Class<?> type = Objects.requireNonNullElse(e.getRequiredType(), Object.class);
    return refused(
        ApiException.ofField(e.getName(), "must be " + Parameters.described(type)), request);
  }

  @ExceptionHandler
  ResponseEntity<ApiError> missingParameter(
      MissingServletRequestParameterException e, HttpServletRequest request) {
    return refused(ApiException.ofField(e.getParameterName(), "is missing"), request);
  }

  @ExceptionHandler
  ResponseEntity<ApiError> invalid(HandlerMethodValidationException e, HttpServletRequest request) {
    return refused(Parameters.invalid(e), request);
  }

  @ExceptionHandler
  ResponseEntity<ApiError> wrongMethod(
      HttpRequestMethodNotSupportedException e, HttpServletRequest request) {
    String[] supported = Objects.requireNonNullElse(e.getSupportedMethods(), new String[0]);
    String allow = String.join(", ", supported);
    return answer(
        request,
        405,
        new ApiException(
            ErrorCode.METHOD_NOT_ALLOWED,
            "%s has no %s; it has %s".formatted(request.getRequestURI(), e.getMethod(), allow),
            List.of(),
            Map.of(HttpHeaders.ALLOW, allow)));
  }

  @ExceptionHandler
  ResponseEntity<ApiError> wrongType(
      HttpMediaTypeNotSupportedException e, HttpServletRequest request) {
    return refused(
        new ApiException(
            ErrorCode.UNSUPPORTED_MEDIA_TYPE,
            "a body of type %s is not read here; send %s"
                .formatted(e.getContentType(), MediaType.toString(e.getSupportedMediaTypes()))),
        request);
  }

  /** The job store is away, or too slow. */
  @ExceptionHandler({
    DataAccessResourceFailureException.class,
    TransientDataAccessException.class,
    RecoverableDataAccessException.class,
    TransactionException.class
  })
  ResponseEntity<ApiError> unavailable(Exception e, HttpServletRequest request) {
    LOG.warn(
        "{} {}: the job store does not answer", request.getMethod(), request.getRequestURI(), e);
    return refused(
        new ApiException(ErrorCode.UNAVAILABLE, "the job store does not answer; try again"),
        request);
  }

  /** The client hung up. */
  @ExceptionHandler
  void gone(AsyncRequestNotUsableException e) {
    LOG.debug("A client is gone", e);
  }

  @ExceptionHandler
  ResponseEntity<ApiError> failed(Exception e, HttpServletRequest request) throws Exception {
    if (e instanceof AccessDeniedException || e instanceof AuthenticationException) {
      // For the security filters, which stand outside.
      throw e;
    }
    if (e instanceof ErrorResponse known && known.getStatusCode().is4xxClientError()) {
      int status = known.getStatusCode().value();
      return answer(
          request,
          status,
          new ApiException(ErrorCode.ofStatus(status), JsonErrorValve.message(status)));
    }
    LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
    return answer(
        request, 500, new ApiException(ErrorCode.INTERNAL_ERROR, JsonErrorValve.message(500)));
  }

  /** Where the container sends what a filter refused. */
  @RequestMapping("${server.error.path:/error}")
  @Hidden
  ResponseEntity<ApiError> dispatched(HttpServletRequest request) {
    Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    int status = code instanceof Integer given ? given : 404;
    if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable failure) {
      LOG.error("{} failed", request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI), failure);
    }
    return answer(
        request,
        status,
        new ApiException(ErrorCode.ofStatus(status), JsonErrorValve.message(status)));
  }

  private ResponseEntity<ApiError> answer(HttpServletRequest request, int status, ApiException e) {
    var headers = new HttpHeaders();
    e.headers().forEach(headers::set);
    return ResponseEntity.status(status)
        .headers(headers)
        .contentType(MediaType.APPLICATION_JSON)
        .body(errors.body(request, e.code(), String.valueOf(e.getMessage()), e.details()));
  }
}
