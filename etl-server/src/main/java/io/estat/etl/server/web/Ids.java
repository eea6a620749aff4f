package io.estat.etl.server.web;

import io.estat.etl.domain.JobId;
import io.estat.etl.domain.TransportId;
import io.estat.etl.server.error.ApiException;

/** Ids of paths and queries. */
final class Ids {
  private Ids() {}

  static TransportId transport(String field, String text) {
    try {
      return new TransportId(text);
    } catch (IllegalArgumentException e) {
      throw ApiException.ofField(field, "must have the form of TRPID-0a1b2c3d");
    }
  }

  static JobId job(String text) {
    return job("id", text);
  }

  static JobId job(String field, String text) {
    try {
      return new JobId(text);
    } catch (IllegalArgumentException e) {
      throw ApiException.ofField(field, "must have the form of JOB-20260131-235959-0a1b2c3d");
    }
  }
}
