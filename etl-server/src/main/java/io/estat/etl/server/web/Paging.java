package io.estat.etl.server.web;

/** How lists are cut. */
final class Paging {
  static final String DEFAULT_LIMIT = "20";
  static final int MAX_LIMIT = 100;

  private Paging() {}
}
