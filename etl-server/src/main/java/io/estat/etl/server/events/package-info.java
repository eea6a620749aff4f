/** The live stream of a job: from the job store and the engine of this instance to its watchers. */
@NullMarked
package io.estat.etl.server.events;

import org.jspecify.annotations.NullMarked;
