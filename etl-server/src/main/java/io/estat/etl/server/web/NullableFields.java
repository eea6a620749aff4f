package io.estat.etl.server.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says in the schemas what the records say in Java: a component that is {@link Nullable} may be
 * {@code null}. Swagger's own model knows nothing of it.
 */
final class NullableFields {
  @SuppressWarnings("rawtypes") // Swagger's models are raw.
  private final Map<String, Schema> schemas;

  private final Set<Class<?>> seen = new HashSet<>();

  @SuppressWarnings("rawtypes") // Swagger's models are raw.
  NullableFields(Map<String, Schema> schemas) {
    this.schemas = schemas;
  }

  /** Marks the record, and the records in it. */
  void mark(Class<?> record) {
    if (!record.isRecord() || !seen.add(record)) {
      return;
    }
    var named = record.getAnnotation(io.swagger.v3.oas.annotations.media.Schema.class);
    Schema<?> schema = named == null ? null : schemas.get(named.name());
    for (RecordComponent component : record.getRecordComponents()) {
      AnnotatedType type = component.getAnnotatedType();
      var json = component.getAccessor().getAnnotation(JsonProperty.class);
      if (schema != null && json != null && type.isAnnotationPresent(Nullable.class)) {
        schema.getProperties().computeIfPresent(json.value(), (name, field) -> nullable(field));
      }
      mark(component.getType());
      if (type instanceof AnnotatedParameterizedType generic) {
        for (AnnotatedType argument : generic.getAnnotatedActualTypeArguments()) {
          if (argument.getType() instanceof Class<?> inner) {
            mark(inner);
          }
        }
      }
    }
  }

  private static Schema<?> nullable(Schema<?> field) {
    var orNull = new Schema<>();
    orNull.setTypes(Set.of("null"));
    if (field.get$ref() != null) {
      return new Schema<>().anyOf(List.of(new Schema<>().$ref(field.get$ref()), orNull));
    }
    Set<String> types = new LinkedHashSet<>(field.getTypes());
    types.add("null");
    field.setTypes(types);
    return field;
  }
}
