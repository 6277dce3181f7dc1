package io.github.nonplus.device.cpu;

import io.github.nonplus.device.Batch;
import io.github.nonplus.library.Function;
import io.github.nonplus.program.MemoryPlan;
import io.github.nonplus.program.Place;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.op.Spread;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// The operations of a model, of each that of one layer, for a few tokens and with made-up weights.
/// They have the model's own settings and widths, so a warm-up that runs them compiles what this
/// model needs, and nothing else. Large products are left out, because the small model has compiled
/// theirs, but for the first rows of the head. Routed rows go where no router has sent them: to the
/// first experts.
final class OwnOperations {
  /// Two windows, as the small model has, of the first token, which every table has.
  private static final Batch BATCH = Batch.scoring(List.of(new int[5], new int[3]));

  /// Numbers of the largest parameters: convolutions and decays have less, products and tables
  /// more, except in models for which it does not matter.
  private static final long MOST_NUMBERS = 1 << 18;

  /// Columns of the widest model that is warmed up: wider ones have so much to do that it would
  /// save little, and what fits no memory is refused in a sentence elsewhere, and not in a thread.
  private static final int MOST_COLUMNS = 1 << 18;

  private final List<Step> steps;
  private final Frame frame;

  private OwnOperations(List<Step> steps, Frame frame) {
    this.steps = steps;
    this.frame = frame;
  }

  /// None of a model that is too wide.
  static Optional<OwnOperations> of(Function function, Kernels kernels) {
    Program program = function.program();
    boolean isWide =
        program.buffers().stream().anyMatch(buffer -> buffer.width() > MOST_COLUMNS)
            || function.plan().width() > MOST_COLUMNS;
    return isWide ? Optional.empty() : Optional.of(made(program, function.plan(), kernels));
  }

  private static OwnOperations made(Program program, MemoryPlan plan, Kernels kernels) {
    try (MadeUpWeights weights = MadeUpWeights.halves()) {
      Lowering lowering = new Lowering(program, weights, BATCH.tokens(), kernels, 1, Caches.here());
      return new OwnOperations(
          of(program.operations()).stream().map(each -> step(each, lowering)).toList(),
          new Frame(plan, new Strips(kernels.stripWidth()), BATCH.tokens()));
    }
  }

  private static Step step(Operation operation, Lowering lowering) {
    Step step = lowering.step(operation);
    return operation instanceof Spread spread
        ? (frame, workers) -> {
          route(frame, spread);
          step.run(frame, workers);
        }
        : step;
  }

  /// Sends every row to the first experts, each with the weight 1.
  private static void route(Frame frame, Spread spread) {
    float[] choice = new float[spread.routing().width()];
    Arrays.fill(choice, 1);
    for (int j = 0; j < spread.each(); j++) {
      choice[j] = j;
    }
    for (int row = 0; row < frame.rows(spread.routing().buffer()); row++) {
      frame.write(spread.routing(), row, choice);
    }
  }

  /// So many rounds, or fewer if it is over before.
  void run(int rounds, BooleanSupplier isOver) {
    frame.begin(BATCH);
    try (Workers alone = new Workers(1)) {
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < steps.size() && !isOver.getAsBoolean(); i++) {
          steps.get(i).run(frame, alone);
        }
      }
    }
  }

  /// The same operation in every layer, with all rows or with the selected ones. What is done to
  /// routed rows belongs to the spread before it, whose they are.
  private record Kind(String operation, Optional<RowSpace> rows) {}

  static List<Operation> of(List<Operation> operations) {
    Set<Kind> known = new HashSet<>();
    List<Operation> own = new ArrayList<>();
    boolean isSpread = false;
    for (Operation each : operations) {
      Kind kind = new Kind(Place.of(each).operation(), each.result().map(Buffer::rows));
      Operation small = each instanceof Score score ? small(score) : each;
      if (each instanceof Spread) {
        isSpread = known.add(kind);
      }
      if (numbers(small) <= MOST_NUMBERS && (isRouted(each) ? isSpread : known.add(kind))) {
        own.add(small);
      }
    }
    return own;
  }

  /// A score of the first tokens only.
  private static Score small(Score score) {
    Linear head = score.head();
    int inputs = head.weight().inputs();
    int outputs = Math.clamp(MOST_NUMBERS / inputs, 1, head.weight().outputs());
    Parameter weight = Parameter.matrix(head.weight().name(), outputs, inputs);
    Parameter bias =
        head.findBias().map(each -> Parameter.vector(each.name(), outputs)).orElse(null);
    return new Score(score.input(), new Linear(weight, bias), score.scale(), score.softCap());
  }

  private static long numbers(Operation operation) {
    return operation.parameters().stream()
        .mapToLong(
            each -> each.shape().stream().mapToLong(size -> size).reduce(1, Math::multiplyExact))
        .sum();
  }

  private static boolean isRouted(Operation operation) {
    return Stream.concat(operation.inputs().stream().map(View::buffer), operation.result().stream())
        .anyMatch(buffer -> buffer.rows() instanceof RowSpace.Routed);
  }
}
