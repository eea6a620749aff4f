package io.estat.storage.s3;

import io.estat.storage.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** An object's bytes. Closing it early drops the connection rather than reading all the rest. */
final class S3Stream extends InputStream {
  private final ResponseInputStream<GetObjectResponse> in;
  private final Function<RuntimeException, StoreException> failure;
  private boolean atEnd;

  S3Stream(
      ResponseInputStream<GetObjectResponse> in,
      Function<RuntimeException, StoreException> failure) {
    this.in = in;
    this.failure = failure;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      int n = in.read(bytes, offset, length);
      atEnd = n < 0;
      return n;
    } catch (RuntimeException e) {
      throw failure.apply(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (!atEnd) {
      in.abort();
    }
    in.close();
  }
}
