/** HTTP: from the container's edge to the controllers, strict on what comes in. */
@NullMarked
package io.estat.etl.server.web;

import org.jspecify.annotations.NullMarked;
