/** Which rows are read together: tables cut into chunks whose union is the table. */
@NullMarked
package io.estat.etl.plan;

import org.jspecify.annotations.NullMarked;
