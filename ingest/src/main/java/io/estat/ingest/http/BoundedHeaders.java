package io.estat.ingest.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.TooLongHttpHeaderException;

/** Netty's headers, strictly validated, of which there can be only so many. */
final class BoundedHeaders extends DefaultHttpHeaders {
  static final HttpHeadersFactory FACTORY =
      new HttpHeadersFactory() {
        @Override
        public HttpHeaders newHeaders() {
          return new BoundedHeaders();
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
          return new BoundedHeaders();
        }
      };

  @Override
  public HttpHeaders add(CharSequence name, Object value) {
    if (size() >= RequestDecoder.MAX_HEADER_FIELDS) {
      throw new TooLongHttpHeaderException(
          "more than " + RequestDecoder.MAX_HEADER_FIELDS + " header fields");
    }
    return super.add(name, value);
  }
}
