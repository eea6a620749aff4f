@NullMarked
package io.estat.etl.server.run;

import org.jspecify.annotations.NullMarked;
