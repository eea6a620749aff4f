package io.estat.app;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * A program that runs some tests in this JVM: each argument is {@code
 * fully.qualified.Class#method}, with whatever parameters. Exits with 0 if all passed, with 1 if
 * one failed, with 2 if one was not found; prints which.
 */
final class NamedTests implements TestExecutionListener {
  private final Set<String> passed = new HashSet<>();
  private final Set<String> failed = new HashSet<>();

  private NamedTests() {}

  public static void main(String[] tests) {
    var wanted = Set.of(tests);
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(
                Arrays.stream(tests)
                    .map(test -> test.substring(0, test.indexOf('#')))
                    .distinct()
                    .map(name -> selectClass(name))
                    .toList())
            .filters(only(wanted))
            .build();
    var seen = new NamedTests();
    LauncherFactory.create().execute(request, seen);
    seen.failed.forEach(test -> System.out.println("FAILED " + test));
    var missing = new HashSet<>(wanted);
    missing.removeAll(seen.passed);
    missing.removeAll(seen.failed);
    missing.forEach(test -> System.out.println("NOT FOUND " + test));
    System.out.flush();
    // Threads of a broken server must not keep the JVM.
    Runtime.getRuntime().halt(!seen.failed.isEmpty() ? 1 : missing.isEmpty() ? 0 : 2);
  }

  private static PostDiscoveryFilter only(Set<String> wanted) {
    return descriptor ->
        FilterResult.includedIf(
            descriptor
                .getSource()
                .filter(MethodSource.class::isInstance)
                .map(MethodSource.class::cast)
                .map(method -> wanted.contains(name(method)))
                .orElse(true));
  }

  private static String name(MethodSource method) {
    return method.getClassName() + "#" + method.getMethodName();
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    boolean well = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
    Optional<String> name =
        test.getSource()
            .filter(MethodSource.class::isInstance)
            .map(source -> name((MethodSource) source));
    if (!well) {
      failed.add(name.orElse(test.getDisplayName()));
      result.getThrowable().ifPresent(e -> System.out.println(test.getDisplayName() + ": " + e));
    } else {
      name.filter(n -> !failed.contains(n)).ifPresent(passed::add);
    }
  }
}
