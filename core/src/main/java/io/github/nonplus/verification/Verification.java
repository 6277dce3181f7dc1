package io.github.nonplus.verification;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.Observation;
import io.github.nonplus.device.Trace;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.program.Place;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Route;
import io.github.nonplus.program.op.Score;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Runs windows on a device and on the reference side by side, a window at a time and a step at a
/// time, and keeps the largest difference of each operation.
public final class Verification {
  private final String name;
  private final Program program;
  private final Executable device;
  private final String referenceName;
  private final Executable reference;
  private final Disturbed disturbed;
  private final double[] allowed;
  private final List<Integer> measured = new ArrayList<>();
  private final List<Integer> windows = new ArrayList<>();
  private final TreeMap<Integer, Difference> differences = new TreeMap<>();
  private final Map<Integer, double[]> scores = new HashMap<>();
  private final List<String> parted = new ArrayList<>();

  /// @param name of the device, for sentences
  /// @param program that both have loaded
  /// @param referenceName of the reference with its kernels, for the verdict
  /// @param reference with room for two of each window
  public Verification(
      String name,
      Program program,
      Executable device,
      String referenceName,
      Executable reference,
      Tolerance tolerance) {
    this.name = name;
    this.program = program;
    this.device = device;
    this.referenceName = referenceName;
    this.reference = reference;
    this.disturbed = new Disturbed(reference, tolerance);
    this.allowed = tolerance.allowed().stream().mapToDouble(each -> each).toArray();
  }

  /// Windows to verify: `count` of `all`, evenly spread, the first and the last among them.
  public static int[] spread(int all, int count) {
    int chosen = Math.min(all, count);
    int[] windows = new int[chosen];
    Arrays.setAll(windows, i -> chosen == 1 ? 0 : (int) ((long) i * (all - 1) / (chosen - 1)));
    return windows;
  }

  /// Compares one more window. Where a difference is larger than the estimate of what rounding
  /// explains, that is measured, and the window is compared again.
  ///
  /// @param window its index, for the verdict
  /// @param batch of this window alone, in which every id but the first is scored
  /// @throws DeviceException if the device differs by more than rounding explains
  public void compare(int window, Batch batch) {
    windows.add(window);
    Seen seen = sideBySide(window, batch);
    List<Integer> beyond = beyond(seen);
    if (!beyond.isEmpty()) {
      measured.add(window);
      double[] explained = disturbed.allowed(window, batch);
      beyond.forEach(index -> allowed[index] = Math.max(allowed[index], explained[index]));
      seen = sideBySide(window, batch);
    }
    seen.differences.forEach(
        (index, difference) -> differences.merge(index, difference, Difference::max));
    parted.addAll(seen.parted);
    requireAgreement();
  }

  /// The operations whose differences are larger than allowed, or no numbers.
  private List<Integer> beyond(Seen seen) {
    return seen.differences.entrySet().stream()
        .filter(each -> !(each.getValue().size() <= allowed[each.getKey()]))
        .map(Map.Entry::getKey)
        .toList();
  }

  /// What was seen of a window.
  private record Seen(TreeMap<Integer, Difference> differences, List<String> parted) {}

  private Seen sideBySide(int window, Batch batch) {
    Seen seen = new Seen(new TreeMap<>(), new ArrayList<>());
    Trace found = device.trace(batch);
    Trace expected = reference.trace(batch);
    Optional<Observation> left = found.next();
    Optional<Observation> right = expected.next();
    boolean isSame = true;
    while (left.isPresent() && right.isPresent()) {
      int order = Integer.compare(left.get().index(), right.get().index());
      if (order == 0) {
        requireFinite(right.get(), window, batch);
        if (isSame) {
          isSame = compare(left.get(), right.get(), window, seen);
        }
        if (left.get() instanceof Observation.Scored(_, _, double[] nll)) {
          scores.put(window, nll);
        }
      }
      left = order <= 0 ? found.next() : left;
      right = order >= 0 ? expected.next() : right;
    }
    return seen;
  }

  /// Compares what both wrote.
  ///
  /// @return whether what follows in the window is still the same computation
  private boolean compare(Observation found, Observation expected, int window, Seen seen) {
    int index = expected.index();
    Optional<RoutingComparison> choice =
        RoutingComparison.find(found, expected, allowed[index], window);
    if (choice.isEmpty()) {
      seen.differences.put(index, RowComparison.difference(found, expected, window));
      return true;
    }
    Operation operation = program.operations().get(index);
    String otherwise =
        operation instanceof Route ? "went to other experts" : "attends to other keys";
    seen.differences.put(index, choice.get().difference());
    choice
        .get()
        .parted()
        .ifPresent(
            token ->
                seen.parted.add(
                    "window %d from %s on, where token %d %s"
                        .formatted(window + 1, Place.of(operation), token, otherwise)));
    return choice.get().isSame();
  }

  private void requireFinite(Observation expected, int window, Batch batch) {
    FirstNonFinite.in(expected, batch)
        .ifPresent(
            first -> {
              throw new DeviceException(
                  ("the reference itself fails: %s came out as %s at window %d, token %d on %s; the"
                          + " model cannot be evaluated in float32")
                      .formatted(
                          first.place(), first.value(), window + 1, first.token(), referenceName));
            });
  }

  private void requireAgreement() {
    differences.forEach(
        (index, difference) -> {
          if (!(difference.size() <= allowed[index])) {
            throw new DeviceException(
                ("the device %s differs from the device cpu from %s on (by %s%s at window %d, token"
                        + " %d, where rounding explains %.1e): its results are wrong; update its"
                        + " driver, or use --device cpu")
                    .formatted(
                        name,
                        Place.of(program.operations().get(index)),
                        Double.isFinite(difference.size())
                            ? "%.1e".formatted(difference.size())
                            : "a number that is not finite",
                        unit(index),
                        difference.window() + 1,
                        difference.token(),
                        allowed[index]));
          }
        });
  }

  private String unit(int index) {
    return program.operations().get(index) instanceof Score
        ? " nats"
        : " of the row's largest number";
  }

  /// Refuses scores of a verified window that are not, to the bit, those of the window alone: a
  /// device whose results depend on what else is in the batch has not been verified.
  public void requireSame(int window, double[] nll) {
    double[] alone = scores.get(window);
    if (alone == null) {
      return;
    }
    int offset = alone.length - nll.length; // a window need not score all that was verified
    int at = Arrays.mismatch(alone, offset, alone.length, nll, 0, nll.length);
    if (at >= 0) {
      throw new DeviceException(
          ("the device %s gave window %d, token %d the negative log-likelihood %s in its batch and"
                  + " %s alone: its results depend on chance; update its driver, or use"
                  + " --device cpu")
              .formatted(name, window + 1, offset + at + 1, nll[at], alone[offset + at]));
    }
  }

  /// What has been found: agreement, since anything else has been refused.
  public Verdict verdict() {
    List<Verdict.Operation> operations = new ArrayList<>();
    List<String> passedOver = new ArrayList<>();
    for (int index = 0; index < program.operations().size(); index++) {
      Place place = Place.of(program.operations().get(index));
      Difference difference = differences.get(index);
      if (difference == null) {
        passedOver.add(place.toString());
      } else {
        operations.add(
            new Verdict.Operation(
                place.layer().isPresent() ? place.layer().getAsInt() : null,
                place.operation(),
                difference.size(),
                allowed[index],
                difference.window() + 1,
                difference.token()));
      }
    }
    List<Integer> numbers = windows.stream().map(window -> window + 1).toList();
    return new Verdict(
        referenceName,
        numbers,
        operations,
        passedOver,
        parted,
        measured.stream().map(window -> window + 1).toList());
  }
}
