package io.estat.storage.s3;

import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** No credentials were to be had: thrown before anything is sent, so the outcome is known. */
final class CredentialsUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private CredentialsUnavailable(RuntimeException cause) {
    super(cause.getMessage(), cause);
  }

  /** The same provider, whose failures can be told from those of the network to S3. */
  static AwsCredentialsProvider marking(AwsCredentialsProvider provider) {
    return () -> resolve(provider);
  }

  private static AwsCredentials resolve(AwsCredentialsProvider provider) {
    try {
      return provider.resolveCredentials();
    } catch (RuntimeException e) {
      throw new CredentialsUnavailable(e);
    }
  }
}
