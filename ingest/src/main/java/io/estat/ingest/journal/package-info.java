/** Acknowledged events on disk, until their batch is in the store or in the dead-letter queue. */
@NullMarked
package io.estat.ingest.journal;

import org.jspecify.annotations.NullMarked;
