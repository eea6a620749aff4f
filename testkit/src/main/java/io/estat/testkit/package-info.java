/** Contract suites, named fakes with seeded faults, and a manual clock. */
@NullMarked
package io.estat.testkit;

import org.jspecify.annotations.NullMarked;
