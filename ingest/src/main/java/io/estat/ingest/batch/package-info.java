/** Where events wait: the open batch, its bounds, its name, the upload queue, and the books. */
@NullMarked
package io.estat.ingest.batch;

import org.jspecify.annotations.NullMarked;
