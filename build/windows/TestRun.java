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
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// Runs the tests of a folder of classes where Maven does not run: `TestRun FOLDER [PATTERN]`.
/// Prints failures as they come, at the end what was skipped and why, and a line of counts.
final class TestRun implements TestExecutionListener {
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final StringBuilder skips = new StringBuilder();
  private int passed;
  private int failed;
  private int skipped;
  private final Map<String, Long> started = new ConcurrentHashMap<>();
  private final Map<String, Long> milliseconds = new ConcurrentHashMap<>();

  public static void main(String[] arguments) {
    var request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectClasspathRoots(Set.of(Path.of(arguments[0]))))
            .filters(
                ClassNameFilter.includeClassNamePatterns(
                    arguments.length > 1 ? arguments[1] : ".*Test"))
            .build();
    TestRun run = new TestRun();
    LauncherFactory.create().execute(request, run);
    run.out.print(run.skips);
    run.milliseconds.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(5)
        .forEach(each -> run.out.printf("%.1f s %s\n", each.getValue() / 1e3, each.getKey()));
    run.out.printf("%d passed, %d failed, %d skipped\n", run.passed, run.failed, run.skipped);
    System.exit(run.failed == 0 && run.passed > 0 ? 0 : 1);
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
    if (test.getUniqueId().contains("[class:") && test.isContainer()) {
      long nanoseconds = System.nanoTime() - started.get(test.getUniqueId());
      milliseconds.put(test.getDisplayName(), nanoseconds / 1_000_000);
    }
    switch (result.getStatus()) {
      case SUCCESSFUL -> passed += test.isTest() ? 1 : 0;
      case ABORTED -> skip(test, result.getThrowable().map(Throwable::getMessage).orElse(""));
      case FAILED -> {
        failed++;
        out.println("FAILED " + test.getUniqueId());
        result.getThrowable().ifPresent(failure -> failure.printStackTrace(out));
      }
    }
  }

  private void skip(TestIdentifier test, String reason) {
    skipped++;
    String name = test.getUniqueId().replaceAll(".*nonplus\\.", "").replaceAll("[\\[\\]]", " ");
    skips.append("skipped: ").append(name).append(": ").append(reason).append('\n');
  }
}
