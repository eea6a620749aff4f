package io.estat.etl.server.web;

import io.estat.etl.server.error.ApiError;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import jakarta.validation.ConstraintViolation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.validation.FieldError;
import org.springframework.validation.method.ParameterErrors;
import org.springframework.validation.method.ParameterValidationResult;
import org.springframework.web.method.annotation.HandlerMethodValidationException;

/** Words for what parameters and fields must be. */
final class Parameters {
  private Parameters() {}

  static String described(Class<?> type) {
    if (type.isEnum()) {
      return "one of "
          + Arrays.stream(type.getEnumConstants())
              .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(", "));
    }
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "a whole number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "a text";
    }
    return Collection.class.isAssignableFrom(type) || type.isArray() ? "a list" : "an object";
  }

  /** All violations of a call, one detail each. */
  static ApiException invalid(HandlerMethodValidationException e) {
    List<ApiError.Detail> details = new ArrayList<>();
    for (ParameterValidationResult result : e.getParameterValidationResults()) {
      String parameter = String.valueOf(result.getMethodParameter().getParameterName());
      for (var error : result.getResolvableErrors()) {
        String field =
            result instanceof ParameterErrors && error instanceof FieldError bean
                ? fieldName(bean.getField())
                : parameter;
        details.add(new ApiError.Detail(field, String.valueOf(error.getDefaultMessage())));
      }
    }
    return invalid(details);
  }

  static ApiException violated(Collection<? extends ConstraintViolation<?>> violations) {
    return invalid(
        violations.stream()
            .map(
                violation ->
                    new ApiError.Detail(
                        fieldName(violation.getPropertyPath().toString()), violation.getMessage()))
            .toList());
  }

  /** From a path of record components to one of JSON: snake case outside of the brackets. */
  private static String fieldName(String path) {
    var name = new StringBuilder();
    boolean inBrackets = false;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      inBrackets = c == '[' || (inBrackets && c != ']');
      if (!inBrackets && Character.isUpperCase(c)) {
        name.append('_').append(Character.toLowerCase(c));
      } else {
        name.append(c);
      }
    }
    return name.toString();
  }

  static ApiException invalid(List<ApiError.Detail> details) {
    List<ApiError.Detail> sorted =
        details.stream()
            .sorted((a, b) -> (a.field() + a.message()).compareTo(b.field() + b.message()))
            .toList();
    String message =
        sorted.stream()
            .limit(3)
            .map(detail -> detail.field() + " " + detail.message())
            .collect(Collectors.joining("; "));
    String more = sorted.size() > 3 ? "; and %d more".formatted(sorted.size() - 3) : "";
    return new ApiException(ErrorCode.VALIDATION_ERROR, message + more, sorted, Map.of());
  }
}
