package io.estat.etl.server.web;

import io.estat.etl.domain.JobId;
import io.estat.etl.server.error.ApiException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code <job_id>:<seq>}, by which a client says what it has seen last. */
record EventId(JobId job, long seq) {
  static final String HEADER = "Last-Event-ID";
  static final String PATTERN = JobId.PATTERN + ":[0-9]{1,18}";

  private static final Pattern FORM = Pattern.compile("(" + JobId.PATTERN + "):([0-9]{1,18})");

  static String text(JobId job, long seq) {
    return job.value() + ":" + seq;
  }

  /** Null: nothing, or nothing yet. */
  static @Nullable EventId of(@Nullable String header) {
    if (header == null || header.isEmpty()) {
      return null;
    }
    Matcher id = FORM.matcher(header);
    if (!id.matches()) {
      throw ApiException.ofField(
          HEADER, "must be the id of an event, like JOB-20260131-235959-0a1b2c3d:7");
    }
    return new EventId(new JobId(id.group(1)), Long.parseLong(id.group(2)));
  }
}
