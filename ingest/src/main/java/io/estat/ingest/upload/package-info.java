/** gzip, put, or dead-letter queue. */
@NullMarked
package io.estat.ingest.upload;

import org.jspecify.annotations.NullMarked;
