package io.estat.etl.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.estat.etl.server.RunningServer.Answer;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Holds answers to what {@code /v3/api-docs} says of them. */
final class OpenApiContract {
  private final JsonNode api;

  OpenApiContract(JsonNode api) {
    this.api = api;
  }

  JsonNode api() {
    return api;
  }

  /** The status is described, its required headers are there, and the body fits the schema. */
  void check(String method, String path, Answer answer) {
    JsonNode operation = operation(method, path);
    String what = "%s %s %d %s".formatted(method, path, answer.status(), answer.body());
    JsonNode response = operation.path("responses").path("" + answer.status());
    assertThat(response.isMissingNode()).as(what + " is described").isFalse();
    for (Map.Entry<String, JsonNode> header : response.path("headers").properties()) {
      if (header.getValue().path("required").asBoolean(false)) {
        assertThat(answer.header(header.getKey())).as(what + " " + header.getKey()).isNotEmpty();
      }
    }
    JsonNode content = response.path("content");
    if (content.isMissingNode() || content.isEmpty()) {
      assertThat(answer.body()).as(what).isEmpty();
      return;
    }
    assertThat(answer.header("Content-Type")).as(what).startsWith("application/json");
    JsonNode schema = content.path("application/json").path("schema");
    assertThat(schema.isObject()).as(what + " has a schema").isTrue();
    var whole = (ObjectNode) schema.deepCopy();
    whole.set("components", api.path("components"));
    var errors =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(whole)
            .validate(answer.json());
    assertThat(errors).as(what).isEmpty();
  }

  JsonNode operation(String method, String path) {
    String plain = path.replaceFirst("\\?.*", "");
    for (Map.Entry<String, JsonNode> known : api.path("paths").properties()) {
      if (known.getKey().equals(plain)) {
        return known.getValue().path(method.toLowerCase(Locale.ROOT));
      }
    }
    for (Map.Entry<String, JsonNode> known : api.path("paths").properties()) {
      if (plain.matches(known.getKey().replaceAll("\\{[^}]*}", "[^/]+"))) {
        return known.getValue().path(method.toLowerCase(Locale.ROOT));
      }
    }
    throw new AssertionError("no path of the description fits " + path);
  }
}
