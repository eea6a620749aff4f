package io.estat.etl.extract;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.LandedObject;
import io.estat.etl.domain.TableEvidence;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What another process has left of a job: this run goes on with the tables that have no end yet.
 *
 * @param startedAt when the job was started
 * @param landed the tables that are completed, by what the order calls them
 * @param failed those that are not, and never will be
 */
public record Begun(Instant startedAt, Map<String, Landed> landed, Map<String, Failure> failed) {
  /** A completed table. */
  public record Landed(List<LandedObject> objects, TableEvidence evidence) {}

  public Begun {
    landed = Map.copyOf(landed);
    failed = Map.copyOf(failed);
  }

  /** Of each completed table. */
  List<List<LandedObject>> objects() {
    return landed.values().stream().map(Landed::objects).toList();
  }

  /** Tells a table that has an end what it is. */
  void tell(TableRun table) {
    Landed done = landed.get(table.name());
    Failure why = failed.get(table.name());
    if (done != null) {
      table.landed(done.objects(), done.evidence());
    } else if (why != null) {
      table.fail(why);
    }
  }
}
