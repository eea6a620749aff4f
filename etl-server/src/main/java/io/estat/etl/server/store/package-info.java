/**
 * The job store: transports, jobs, what happened to them and who runs them, in one database that
 * several instances may share. Whatever two instances could decide differently is decided here, in
 * a transaction.
 */
@NullMarked
package io.estat.etl.server.store;

import org.jspecify.annotations.NullMarked;
