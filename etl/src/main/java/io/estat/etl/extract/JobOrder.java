package io.estat.etl.extract;

import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.TransportId;
import io.estat.etl.plan.TableRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one run is to do.
 *
 * @param transport null: started from the command line
 * @param previousVersion the last completed version of the transport, or null
 * @param prefix what every key of the job starts with, ending with a slash or empty
 * @param latestKey where the newest completed manifest is named, or null: nowhere
 * @param begun what another process has left of it, or null: it begins
 */
public record JobOrder(
    JobId job,
    @Nullable TransportId transport,
    int version,
    @Nullable Integer previousVersion,
    List<TableRequest> tables,
    String prefix,
    @Nullable String latestKey,
    @Nullable Begun begun) {
  public JobOrder {
    tables = List.copyOf(tables);
  }

  /** The keys of a transport's job: {@code TRPID-0a1b2c3d/v001/}. */
  public static JobOrder of(
      JobId job,
      TransportId transport,
      int version,
      @Nullable Integer previousVersion,
      List<TableRequest> tables) {
    String prefix = transport + "/" + Job.versionLabel(version) + "/";
    return new JobOrder(
        job,
        transport,
        version,
        previousVersion,
        tables,
        prefix,
        transport + "/_latest.json",
        null);
  }

  /** The same job, which another process has begun. */
  public JobOrder goingOn(Begun before) {
    return new JobOrder(
        job, transport, version, previousVersion, tables, prefix, latestKey, before);
  }
}
