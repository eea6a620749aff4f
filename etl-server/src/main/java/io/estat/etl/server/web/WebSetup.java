package io.estat.etl.server.web;

import io.estat.etl.server.config.EtlConfig;
import io.estat.etl.server.error.ErrorWriter;
import io.estat.etl.server.log.LogMask;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.accept.ContentNegotiationStrategy;
import org.springframework.web.accept.HeaderContentNegotiationStrategy;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** JSON read strictly, and answered whatever a client says it accepts. */
@Configuration(proxyBeanMethods = false)
class WebSetup implements WebMvcConfigurer {
  @Bean
  JsonMapperBuilderCustomizer strictJson() {
    return WebSetup::strict;
  }

  /** A value is what it is written as: nothing is dropped, guessed or made fit. */
  static void strict(JsonMapper.Builder json) {
    json.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(
            DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
            DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
            DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
            DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .withAllCoercionConfigs(
            configs ->
                configs
                    .defaultCoercions()
                    .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
        .addModule(new SimpleModule("strict text").addDeserializer(String.class, new StrictText()));
  }

  @Bean
  LogMask logMask(EtlConfig config) {
    return new LogMask(config.secrets().stream().map(secret -> secret.value()).toList());
  }

  @Bean
  ErrorWriter errorWriter(JsonMapper json, LogMask mask) {
    return new ErrorWriter(json, mask);
  }

  /**
   * There is no 406: a client that asked for something else is better off with JSON than without.
   */
  @Override
  public void configureContentNegotiation(ContentNegotiationConfigurer configurer) {
    ContentNegotiationStrategy header = new HeaderContentNegotiationStrategy();
    configurer.strategies(
        List.of(
            request -> {
              List<MediaType> types = new ArrayList<>();
              try {
                types.addAll(header.resolveMediaTypes(request));
              } catch (HttpMediaTypeNotAcceptableException e) {
                // An Accept that cannot be read accepts anything, as below.
                types.clear();
              }
              types.add(MediaType.ALL);
              return types;
            }));
  }
}
