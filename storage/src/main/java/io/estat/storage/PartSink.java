package io.estat.storage;

import java.util.Optional;

/**
 * A store's side of one upload. {@link PartUpload} fills parts, calls this from threads of its own
 * and decides about retries: a call tries once, within the request's timeout, and after a failure
 * may be made again with the same arguments.
 *
 * <p>Order of calls: {@link #open} until it returns; {@link #send}, up to {@link
 * PartLimits#parallel} at once; {@link #complete} and {@link #find}; {@link #abort} last, also
 * after a commit that stored the object, with nothing else under way. A thread is interrupted when
 * its upload is aborted.
 */
public interface PartSink {
  PartLimits limits();

  /**
   * Opens the store's session, if this upload has none. An object of less than one part is
   * completed without.
   */
  void open() throws StoreException;

  /** Sends one part with its checksum; the store must refuse other bytes than these. */
  void send(Part part) throws StoreException;

  /**
   * Makes the object visible if no object has the key.
   *
   * @param tail what comes after the parts, fewer bytes than an alignment; the whole object if
   *     {@link #open} was never called
   * @param sum of the whole object, which the store must refuse to differ from
   */
  UploadOutcome complete(Part tail, ObjectSum sum) throws StoreException;

  /** After a {@link #complete} whose outcome is not known: whose object has the key, if any has. */
  Optional<UploadOutcome> find(ObjectSum sum) throws StoreException;

  /**
   * Leaves no open session behind. Once the object is stored there is none but what an {@link
   * #open} whose answer was lost may have left.
   *
   * @param mayBeVisible the outcome of {@link #complete} is not known, or its object is withdrawn:
   *     if our object is there it is removed, too
   */
  void abort(boolean mayBeVisible) throws StoreException;
}
