package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.Ranking;
import io.github.nonplus.program.op.SelectKeys;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The choice of keys. Scores of an indexer are computed for some rows at a time, so that what they
/// take grows with the batch and not with its square.
record SelectKeysKernels(SelectKeys select, Profile profile) implements OperationKernels {
  /// Rows whose scores there is room for.
  private static final int ROWS = 256;

  @Override
  public Stream<Specialization> specializations(List<MatrixForm> forms) {
    return switch (select.ranking()) {
      case Ranking.Indexed indexed -> Stream.of(scoring(indexed), choosing());
      case Ranking.OfKeys _ -> Stream.of(choosing());
    };
  }

  private Specialization scoring(Ranking.Indexed indexed) {
    int vec = profile.vectorWidth();
    while (indexed.key().width() % vec != 0) {
      vec /= 2;
    }
    return Specialization.of("index_scores.cl")
        .with("VEC", vec)
        .with("HEADS", indexed.heads())
        .with("VECTORS", indexed.key().width() / vec);
  }

  private Specialization choosing() {
    return Elements.kernel("select_keys.cl")
        .with("KEPT", select.kept())
        .with("CHOICES", select.ranking().choices())
        .with("RANKED", select.ranking() instanceof Ranking.OfKeys ? 1 : 0);
  }

  @Override
  public long bytes(int tokens) {
    return switch (select.ranking()) {
      case Ranking.Indexed _ -> scoreBytes(tokens);
      case Ranking.OfKeys _ -> 0;
    };
  }

  private static long scoreBytes(int tokens) {
    return 4L * Math.min(ROWS, tokens) * tokens;
  }

  @Override
  public Set<BatchFact> facts() {
    return Set.of(new BatchFact.OwnPositions());
  }

  @Override
  public Step prepare(Resources resources) {
    Kernel choosing = resources.kernel(choosing());
    Memory positions = resources.frame().inputs().positions();
    int lanes = Elements.lanes(profile);
    return switch (select.ranking()) {
      case Ranking.OfKeys keys ->
          (frame, queue) -> {
            int rows = frame.rows(select.output());
            Arguments arguments = choosing.arguments().memory(frame.arena()).memory(frame.arena());
            Elements.view(arguments, frame, keys.ranks());
            arguments.memory(positions).number(0).number(rows);
            Elements.view(arguments, frame, select.output().view());
            queue.launch(arguments, lanes, 1, Math.ceilDiv(rows, lanes), 1);
          };
      case Ranking.Indexed indexed -> indexed(indexed, resources, choosing, positions, lanes);
    };
  }

  private Step indexed(
      Ranking.Indexed indexed, Resources resources, Kernel choosing, Memory positions, int lanes) {
    Kernel scoring = resources.kernel(scoring(indexed));
    Memory scores =
        resources.allocations().take(scoreBytes(resources.tokens()), "the scores of an indexer");
    return (frame, queue) -> {
      int all = frame.rows(select.output());
      int pitch = longest(frame);
      for (int first = 0; first < all; first += ROWS) {
        int rows = Math.min(ROWS, all - first);
        Arguments arguments = scoring.arguments().memory(frame.arena());
        Elements.view(arguments, frame, indexed.query());
        Elements.view(arguments, frame, indexed.key());
        Elements.view(arguments, frame, indexed.weights());
        arguments.memory(positions).number(first).memory(scores).number(pitch);
        Elements.launch(queue, arguments, lanes, pitch, rows);
        arguments = choosing.arguments().memory(frame.arena()).memory(scores);
        arguments.index(0).number(pitch).memory(positions).number(first).number(rows);
        Elements.view(arguments, frame, select.output().view());
        queue.launch(arguments, lanes, 1, Math.ceilDiv(rows, lanes), 1);
      }
    };
  }

  /// Tokens of the longest window at hand.
  private static int longest(Frame frame) {
    int[] starts = frame.batch().starts();
    int longest = 0;
    for (int w = 0; w < frame.batch().windows(); w++) {
      longest = Math.max(longest, starts[w + 1] - starts[w]);
    }
    return longest;
  }
}
