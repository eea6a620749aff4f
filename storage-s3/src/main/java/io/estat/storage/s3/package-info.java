/** S3 and servers that speak its protocol, over the AWS SDK. */
@NullMarked
package io.estat.storage.s3;

import org.jspecify.annotations.NullMarked;
