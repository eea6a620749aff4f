package io.estat.etl.server.web;

import io.estat.etl.domain.NearestName;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import java.util.List;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/** Says what is wrong with a body of JSON, and at which field. */
final class JsonMistake {
  private JsonMistake() {}

  static ApiException told(HttpMessageNotReadableException e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof ApiException known) {
        return known;
      }
    }
    return e.getCause() instanceof JacksonException jackson
        ? told(jackson)
        : new ApiException(ErrorCode.INVALID_REQUEST, "the body is missing; send a JSON object");
  }

  static ApiException told(JacksonException e) {
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          ApiException.ofField(path(unknown), "is not a field here" + hint(unknown));
      case ValueInstantiationException refused when refused.getCause() != null ->
          ApiException.ofField(path(refused), String.valueOf(refused.getCause().getMessage()));
      case InvalidFormatException invalid when invalid.getTargetType() == String.class ->
          ApiException.ofField(
              path(invalid), "has a character that is none: NUL, or half of a surrogate pair");
      case MismatchedInputException mismatched ->
          ApiException.ofField(path(mismatched), expected(mismatched));
      case DatabindException other -> ApiException.ofField(path(other), "cannot be read");
      default -> syntax(e);
    };
  }

  private static ApiException syntax(JacksonException e) {
    String duplicate = "Duplicate Object property \"";
    String original = String.valueOf(e.getOriginalMessage());
    if (e instanceof StreamReadException && original.startsWith(duplicate)) {
      String name = original.substring(duplicate.length(), original.lastIndexOf('"'));
      String before = path(e);
      return ApiException.ofField(
          before.equals("body") ? name : before, "'" + name + "' stands there more than once");
    }
    var at = e.getLocation();
    return new ApiException(
        ErrorCode.INVALID_REQUEST,
        at == null
            ? "the body is no JSON"
            : "the body is no JSON: see line %d, column %d"
                .formatted(at.getLineNr(), at.getColumnNr()));
  }

  private static String hint(UnrecognizedPropertyException e) {
    List<String> known =
        e.getKnownPropertyIds() == null
            ? List.of()
            : e.getKnownPropertyIds().stream().map(String::valueOf).toList();
    return NearestName.of(e.getPropertyName(), known)
        .map(near -> "; did you mean " + near + "?")
        .orElse(known.isEmpty() ? "" : "; there are " + String.join(", ", known));
  }

  private static String expected(MismatchedInputException e) {
    String original = String.valueOf(e.getOriginalMessage());
    if (original.startsWith("Missing required creator property")) {
      return "is missing";
    }
    if (original.startsWith("Trailing token")) {
      return "something follows the JSON value";
    }
    Class<?> type = e.getTargetType();
    return "must be " + (type == null ? "of another type" : Parameters.described(type));
  }

  private static String path(JacksonException e) {
    var path = new StringBuilder();
    for (JacksonException.Reference step : e.getPath()) {
      if (step.getPropertyName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
      }
    }
    return path.isEmpty() ? "body" : path.toString();
  }
}
