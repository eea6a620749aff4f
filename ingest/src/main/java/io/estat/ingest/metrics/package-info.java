/** What is counted, in Prometheus' text format. */
@NullMarked
package io.estat.ingest.metrics;

import org.jspecify.annotations.NullMarked;
