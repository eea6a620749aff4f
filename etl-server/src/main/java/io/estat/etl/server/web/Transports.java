package io.estat.etl.server.web;

import io.estat.etl.domain.Transport;
import io.estat.etl.domain.TransportId;
import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import io.estat.etl.server.store.IdempotencyKey;
import io.estat.etl.server.store.TransportChange;
import io.estat.etl.server.store.TransportCreation;
import io.estat.etl.server.store.TransportDefinition;
import io.estat.etl.server.store.TransportStore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Changes of transports, checked against the source before they are stored. */
@Component
final class Transports {
  private final TransportStore store;
  private final DefinitionCheck check;

  Transports(TransportStore store, DefinitionCheck check) {
    this.store = store;
    this.check = check;
  }

  Transport create(TransportDefinition definition, @Nullable IdempotencyKey key) {
    check.require(definition);
    return switch (store.create(definition, key)) {
      case TransportCreation.Created created -> created.transport();
      case TransportCreation.Repeated repeated -> repeated.transport();
      case TransportCreation.KeyUsedOtherwise() -> throw keyUsedOtherwise();
    };
  }

  Transport find(TransportId id) {
    return store.find(id).orElseThrow(() -> notFound(id));
  }

  /**
   * @param change from what is there to what is to be there; called again if somebody else changes
   *     the transport meanwhile and the caller did not say which revision it means
   */
  Transport update(
      TransportId id,
      @Nullable String ifMatch,
      Function<TransportDefinition, TransportDefinition> change) {
    while (true) {
      Transport before = find(id);
      Revision.require(before, ifMatch);
      TransportDefinition after = change.apply(TransportDefinition.of(before));
      check.require(after);
      var outcome = store.update(id, before.revision(), after);
      if (!(outcome instanceof TransportChange.RevisionDiffers) || ifMatch != null) {
        return done(id, outcome);
      }
    }
  }

  void delete(TransportId id, @Nullable String ifMatch) {
    while (true) {
      Transport before = find(id);
      Revision.require(before, ifMatch);
      var outcome = store.delete(id, before.revision());
      if (!(outcome instanceof TransportChange.RevisionDiffers) || ifMatch != null) {
        done(id, outcome);
        return;
      }
    }
  }

  private static Transport done(TransportId id, TransportChange outcome) {
    return switch (outcome) {
      case TransportChange.Done done -> done.transport();
      case TransportChange.NotFound() -> throw notFound(id);
      case TransportChange.RevisionDiffers differs ->
          throw Revision.differs(id.value(), differs.current());
      case TransportChange.JobActive active ->
          throw new ApiException(
              ErrorCode.CONFLICT,
              "transport %s cannot be changed while %s is not ended; wait, or cancel it"
                  .formatted(id, active.job()));
    };
  }

  static ApiException notFound(TransportId id) {
    return new ApiException(ErrorCode.TRANSPORT_NOT_FOUND, "there is no transport " + id);
  }

  static ApiException keyUsedOtherwise() {
    return new ApiException(
        ErrorCode.CONFLICT, "the Idempotency-Key belongs to another request; take a new one");
  }
}
