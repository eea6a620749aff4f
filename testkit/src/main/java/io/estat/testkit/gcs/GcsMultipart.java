package io.estat.testkit.gcs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The two parts of a multipart upload (RFC 2387): the object's metadata in JSON and its bytes.
 *
 * @param mediaType the content type of the second part
 */
record GcsMultipart(byte[] metadata, String mediaType, byte[] media) {
  private static final Pattern BOUNDARY =
      Pattern.compile("multipart/related;.*boundary=\"?([^\";]+)\"?.*");
  private static final Pattern TYPE = Pattern.compile("(?ims).*^content-type: *([^\r\n]*).*");

  /** Head and body of one part; positions in ISO-8859-1 text, which has one character a byte. */
  private record Section(String head, String body) {}

  static GcsMultipart parse(String contentType, byte[] body) throws IOException {
    Matcher boundary = BOUNDARY.matcher(contentType);
    if (!boundary.matches()) {
      throw GcsAnswer.badRequest("Content-Type '" + contentType + "' has no boundary");
    }
    String delimiter = "\r\n--" + boundary.group(1);
    String text = "\r\n" + new String(body, StandardCharsets.ISO_8859_1);
    int first = text.indexOf(delimiter);
    int second = text.indexOf(delimiter, first + 1);
    int end = text.lastIndexOf(delimiter + "--");
    if (first < 0 || second < 0 || end <= second) {
      throw GcsAnswer.badRequest("the body does not have two parts");
    }
    Section metadata = section(text.substring(first + delimiter.length(), second));
    Section media = section(text.substring(second + delimiter.length(), end));
    Matcher type = TYPE.matcher(media.head());
    return new GcsMultipart(
        bytes(metadata.body()), type.matches() ? type.group(1).strip() : "", bytes(media.body()));
  }

  private static Section section(String text) throws IOException {
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      throw GcsAnswer.badRequest("a part has no end of its head");
    }
    return new Section(text.substring(0, end), text.substring(end + 4));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
