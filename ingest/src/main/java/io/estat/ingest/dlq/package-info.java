/** The dead-letter queue: batches on local disk that the store did not take. */
@NullMarked
package io.estat.ingest.dlq;

import org.jspecify.annotations.NullMarked;
