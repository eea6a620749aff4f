package io.estat.storage.gcs;

import java.io.IOException;

/** No credentials were to be had: thrown before anything is sent, so the outcome is known. */
final class CredentialsUnavailable extends IOException {
  private static final long serialVersionUID = 1L;

  CredentialsUnavailable(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
