import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// Runs the tests of a folder of classes where Maven does not run: `TestRun FOLDER PATTERN [NOT]`,
/// whose names match the pattern `PATTERN` and not the other. Prints each class as it ends, failures
/// as they come, at the end what was skipped and why, and a line of counts.
final class TestRun implements TestExecutionListener {
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final StringBuilder skips = new StringBuilder();
  private int passed;
  private int failed;
  private int skipped;
  private final Map<String, Long> started = new ConcurrentHashMap<>();

  public static void main(String[] arguments) {
    var request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectClasspathRoots(Set.of(Path.of(arguments[0]))))
            .filters(ClassNameFilter.includeClassNamePatterns(arguments[1]));
    if (arguments.length > 2) {
      request.filters(ClassNameFilter.excludeClassNamePatterns(arguments[2]));
    }
    LauncherFactory.create().execute(request.build(), new TestRun());
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    out.print(skips);
    out.printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
    System.exit(failed == 0 && passed > 0 ? 0 : 1);
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    skip(test, reason);
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    started.put(test.getUniqueId(), System.nanoTime());
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    switch (result.getStatus()) {
      case SUCCESSFUL -> passed += test.isTest() ? 1 : 0;
      case ABORTED -> skip(test, result.getThrowable().map(Throwable::getMessage).orElse(""));
      case FAILED -> {
        failed++;
        out.println("FAILED " + test.getUniqueId());
        result.getThrowable().ifPresent(failure -> failure.printStackTrace(out));
      }
    }
    if (test.getUniqueId().matches(".*\\[class:[^\\]]*\\]")) {
      long nanoseconds = System.nanoTime() - started.get(test.getUniqueId());
      out.printf("ran %.1f s %s\n", nanoseconds / 1e9, name(test));
    }
  }

  private void skip(TestIdentifier test, String reason) {
    skipped++;
    skips.append("skipped: ").append(name(test)).append(": ").append(reason).append('\n');
  }

  private static String name(TestIdentifier test) {
    return test.getUniqueId()
        .replaceAll(".*nonplus\\.", "")
        .replaceAll("\\]/\\[[a-z-]+:", " ")
        .replaceAll("\\]$", "");
  }
}
