/**
 * What an event costs: the distribution under load beside nginx, in one run on one machine. {@link
 * io.estat.bench.IngestBench} is the order of the run; {@link io.estat.bench.Trial} is one
 * measurement. What a run has to keep is a {@link io.estat.bench.Figure} each.
 */
@NullMarked
package io.estat.bench;

import org.jspecify.annotations.NullMarked;
