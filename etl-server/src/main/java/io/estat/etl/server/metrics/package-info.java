/** What an operator watches and is alerted by: the server's own metrics by name. */
@NullMarked
package io.estat.etl.server.metrics;

import org.jspecify.annotations.NullMarked;
