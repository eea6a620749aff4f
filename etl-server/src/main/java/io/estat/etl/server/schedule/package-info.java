/** When transports run by themselves: from a cron expression and a zone to a job, exactly once. */
@NullMarked
package io.estat.etl.server.schedule;

import org.jspecify.annotations.NullMarked;
