/** The ETL half of {@code estat demo}: a sample database, and a server with a transport over it. */
@NullMarked
package io.estat.etl.server.demo;

import org.jspecify.annotations.NullMarked;
