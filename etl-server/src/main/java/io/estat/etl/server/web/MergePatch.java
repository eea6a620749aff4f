package io.estat.etl.server.web;

import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.store.TransportDefinition;
import jakarta.validation.Validator;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON Merge Patch (RFC 7396) of a transport; what comes out is checked like a new one. */
@Component
final class MergePatch {
  private final JsonMapper json;
  private final Validator validator;

  MergePatch(JsonMapper json, Validator validator) {
    this.json = json;
    this.validator = validator;
  }

  TransportDefinition apply(TransportDefinition before, byte[] patch) {
    try {
      JsonNode change = json.readTree(patch);
      if (!change.isObject()) {
        throw ApiException.ofField("body", "must be an object");
      }
      JsonNode merged = merge(json.valueToTree(TransportBody.of(before)), change);
      TransportBody body = json.treeToValue(merged, TransportBody.class);
      var violations = validator.validate(body);
      if (!violations.isEmpty()) {
        throw Parameters.violated(violations);
      }
      return body.definition();
    } catch (JacksonException e) {
      throw JsonMistake.told(e);
    }
  }

  /** The algorithm of RFC 7396, section 2. */
  static JsonNode merge(JsonNode target, JsonNode patch) {
    if (!(patch instanceof ObjectNode changes)) {
      return patch;
    }
    ObjectNode result =
        target instanceof ObjectNode object ? object.deepCopy() : changes.objectNode();
    for (var change : changes.properties()) {
      if (change.getValue().isNull()) {
        result.remove(change.getKey());
      } else {
        JsonNode old = result.path(change.getKey());
        result.set(change.getKey(), merge(old, change.getValue()));
      }
    }
    return result;
  }
}
