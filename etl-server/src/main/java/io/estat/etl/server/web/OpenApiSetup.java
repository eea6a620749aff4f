package io.estat.etl.server.web;

import io.estat.etl.domain.JobId;
import io.estat.etl.domain.TransportId;
import io.estat.etl.server.error.ApiError;
import io.estat.etl.server.error.ErrorCode;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.HandlerMethod;

/**
 * The description at {@code /v3/api-docs}: what the controllers say, and the refusals that every
 * operation has.
 */
@Configuration(proxyBeanMethods = false)
class OpenApiSetup {
  private static final String ERROR = "#/components/schemas/Error";
  private static final Set<ErrorCode> OF_EVERY_OPERATION =
      EnumSet.of(
          ErrorCode.INVALID_REQUEST,
          ErrorCode.VALIDATION_ERROR,
          ErrorCode.AUTHENTICATION_ERROR,
          ErrorCode.FORBIDDEN,
          ErrorCode.RATE_LIMIT_EXCEEDED,
          ErrorCode.INTERNAL_ERROR,
          ErrorCode.UNAVAILABLE);
  private static final Set<ErrorCode> OF_EVERY_BODY =
      EnumSet.of(ErrorCode.PAYLOAD_TOO_LARGE, ErrorCode.UNSUPPORTED_MEDIA_TYPE);

  /** The records that bodies are made of; those in them are found. */
  private static final List<Class<?>> SHOWN =
      List.of(
          TransportBody.class,
          TransportView.Listed.class,
          JobView.Listed.class,
          CatalogView.Tables.class,
          CatalogView.Columns.class,
          CatalogView.Sample.class,
          CatalogView.Status.class,
          PreflightView.class);

  /** Bodies and their parts, in which an unknown field is refused. */
  private static final List<String> READ_STRICTLY =
      List.of("TransportRequest", "TableOptions", "Schedule");

  @Bean
  OpenAPI openApi() {
    return new OpenAPI()
        .info(
            new Info()
                .title("Estat ETL server")
                .version("1")
                .description("Copies tables of a database to object storage as gzip'd JSON Lines.")
                .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
        .components(
            new Components()
                .addSecuritySchemes(
                    "api_key",
                    new SecurityScheme()
                        .type(SecurityScheme.Type.APIKEY)
                        .in(SecurityScheme.In.HEADER)
                        .name("X-API-Key"))
                .addSecuritySchemes(
                    "bearer",
                    new SecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("bearer")
                        .bearerFormat("JWT")))
        .addSecurityItem(new SecurityRequirement().addList("api_key"))
        .addSecurityItem(new SecurityRequirement().addList("bearer"));
  }

  @Bean
  OperationCustomizer refusals() {
    return OpenApiSetup::addRefusals;
  }

  private static Operation addRefusals(Operation operation, HandlerMethod method) {
    Set<ErrorCode> codes = EnumSet.copyOf(OF_EVERY_OPERATION);
    if (operation.getRequestBody() != null) {
      codes.addAll(OF_EVERY_BODY);
    }
    Fails fails = method.getMethodAnnotation(Fails.class);
    if (fails != null) {
      codes.addAll(List.of(fails.value()));
    }
    Map<Integer, List<ErrorCode>> byStatus =
        codes.stream()
            .collect(Collectors.groupingBy(ErrorCode::status, TreeMap::new, Collectors.toList()));
    ApiResponses responses = operation.getResponses();
    responses.remove("default");
    byStatus.forEach((status, several) -> responses.addApiResponse("" + status, refusal(several)));
    return operation;
  }

  private static ApiResponse refusal(List<ErrorCode> codes) {
    var body = new MediaType().schema(new Schema<>().$ref(ERROR));
    for (ErrorCode code : codes) {
      body.addExamples(
          code.name(),
          new Example()
              .value(
                  Map.of(
                      "code", code.name(),
                      "message", code.meaning(),
                      "trace_id", "4bf92f3577b34da6a3ce929d0e0e4736")));
    }
    var response =
        new ApiResponse()
            .description(codes.stream().map(ErrorCode::meaning).collect(Collectors.joining(" ")))
            .content(
                new Content()
                    .addMediaType(org.springframework.http.MediaType.APPLICATION_JSON_VALUE, body));
    if (codes.contains(ErrorCode.RATE_LIMIT_EXCEEDED)) {
      response.addHeaderObject(
          "Retry-After",
          new Header()
              .description("Seconds until the next request is taken.")
              .required(true)
              .schema(new IntegerSchema().minimum(BigDecimal.ONE)));
    }
    if (codes.contains(ErrorCode.ORACLE_CONNECTION_ERROR)) {
      response.addHeaderObject(
          "Retry-After",
          new Header()
              .description("Seconds until what is away is asked again, where that is known.")
              .schema(new IntegerSchema().minimum(BigDecimal.ONE)));
    }
    if (codes.contains(ErrorCode.AUTHENTICATION_ERROR)) {
      response.addHeaderObject(
          "WWW-Authenticate", new Header().required(true).schema(new StringSchema()));
    }
    return response;
  }

  @Bean
  OpenApiCustomizer schemas() {
    return api -> {
      ModelConverters.getInstance(true)
          .resolveAsResolvedSchema(new AnnotatedType(ApiError.class).resolveAsRef(false))
          .referencedSchemas
          .forEach((name, schema) -> api.getComponents().addSchemas(name, schema));
      api.getComponents()
          .addSchemas("Error", ModelConverters.getInstance(true).read(ApiError.class).get("Error"));
      var nullable = new NullableFields(api.getComponents().getSchemas());
      SHOWN.forEach(nullable::mark);
      READ_STRICTLY.forEach(
          name ->
              Objects.requireNonNull(api.getComponents().getSchemas().get(name))
                  .setAdditionalProperties(false));
      patchSchema(api);
      idPatterns(api);
    };
  }

  /** A patch is a transport request of which nothing is required and everything may be null. */
  @SuppressWarnings({"rawtypes", "unchecked"}) // Swagger's models are raw.
  private static void patchSchema(OpenAPI api) {
    Schema request =
        Objects.requireNonNull(api.getComponents().getSchemas().get("TransportRequest"));
    var patch = new Schema<Object>();
    patch.setTypes(Set.of("object"));
    patch.setAdditionalProperties(false);
    Map<String, Schema> properties = request.getProperties();
    properties.forEach((name, schema) -> patch.addProperty(name, schema));
    patch.setExample(Map.of("enabled", false));
    api.getComponents().addSchemas("TransportPatch", patch);
  }

  private static void idPatterns(OpenAPI api) {
    api.getPaths()
        .forEach(
            (path, item) -> {
              boolean job = path.startsWith("/api/jobs/");
              var all = new ArrayList<>(item.readOperations());
              for (Operation operation : all) {
                if (operation.getParameters() == null) {
                  continue;
                }
                operation.getParameters().stream()
                    .filter(parameter -> parameter.getName().equals("id"))
                    .forEach(
                        parameter -> {
                          // Its own: springdoc gives all plain texts of paths one schema.
                          parameter.setSchema(
                              new StringSchema()
                                  .pattern(
                                      "^" + (job ? JobId.PATTERN : TransportId.PATTERN) + "$"));
                          parameter.setExample(
                              job ? "JOB-20260131-235959-0a1b2c3d" : "TRPID-0a1b2c3d");
                        });
              }
            });
  }
}
