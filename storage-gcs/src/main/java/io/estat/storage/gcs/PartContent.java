package io.estat.storage.gcs;

import com.google.api.client.http.AbstractHttpContent;
import com.google.api.client.http.HttpMediaType;
import io.estat.storage.Part;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The end of a part as the body of a request; can be sent again. */
final class PartContent extends AbstractHttpContent {
  private final Part part;
  private final long from;

  /**
   * @param from bytes of the part that are left out
   */
  PartContent(Part part, long from) {
    super((HttpMediaType) null);
    this.part = part;
    this.from = from;
  }

  @Override
  public long getLength() {
    return part.length() - from;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    try (InputStream in = part.open()) {
      in.skipNBytes(from);
      in.transferTo(out);
    }
  }
}
