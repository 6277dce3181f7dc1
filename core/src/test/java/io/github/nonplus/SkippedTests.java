package io.github.nonplus;

import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/// Says at the end of a module's tests how many were skipped, and why: what a machine lacks is not
/// tested in silence.
public final class SkippedTests implements TestExecutionListener {
  private final Map<String, Integer> reasons = new TreeMap<>();

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    add(reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
      add(result.getThrowable().map(Throwable::getMessage).orElse("no reason is given"));
    }
  }

  private void add(String reason) {
    String sentence = reason.lines().findFirst().orElse("no reason is given");
    reasons.merge(sentence.replaceFirst("^Assumption failed: ", ""), 1, Math::addExact);
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    reasons.forEach((reason, tests) -> System.out.println("Skipped " + tests + ": " + reason));
    reasons.clear();
  }
}
