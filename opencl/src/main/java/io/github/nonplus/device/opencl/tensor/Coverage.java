package io.github.nonplus.device.opencl.tensor;

import io.github.nonplus.program.Place;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Adjust;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Concatenate;
import io.github.nonplus.program.op.Convolve;
import io.github.nonplus.program.op.Decay;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.ExpertMatMul;
import io.github.nonplus.program.op.FakeQuantize;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.Gather;
import io.github.nonplus.program.op.Mask;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.op.Route;
import io.github.nonplus.program.op.Scale;
import io.github.nonplus.program.op.Scan;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.op.SelectKeys;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.program.op.Softplus;
import io.github.nonplus.program.op.Spread;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Which programs the kernels for tensor cores compute. It is asked before anything is loaded.
public final class Coverage {
  /// Elements of a head that attention is compiled for.
  private static final Set<Integer> HEAD_SIZES = Set.of(32, 64, 80, 96, 128, 256);

  private Coverage() {}

  /// What they do not compute of a program, and where it stands in it; empty if they compute all.
  public static Optional<String> gap(Program program) {
    List<Stage> stages = Stage.of(program);
    return stages.stream()
        .flatMap(stage -> gap(stage).map(what -> at(stage, what)).stream())
        .findFirst()
        .or(() -> Arrangement.gap(stages));
  }

  private static String at(Stage stage, String what) {
    return "%s (%s)".formatted(what, Place.of(stage.operation()));
  }

  private static Optional<String> gap(Stage stage) {
    if (stage.result().map(Buffer::width).filter(width -> width % 8 != 0).isPresent()) {
      return Optional.of("rows of %d elements".formatted(stage.result().get().width()));
    }
    if (stage.gate() != null && stage.gate().activation() != Activation.SILU) {
      return Optional.of("gates of " + stage.gate().activation());
    }
    if (stage.gate() != null && stage.gate().limit() != 0) {
      return Optional.of("gates with a limit");
    }
    return Stream.concat(Stream.of(stage.operation()), stage.rotations().stream())
        .flatMap(operation -> gap(settings(operation)).stream())
        .findFirst();
  }

  /// The first that is set so that there is no kernel.
  private static Optional<String> gap(Map<String, Boolean> settings) {
    return settings.entrySet().stream()
        .filter(Map.Entry::getValue)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /// What an operation may have that there is no kernel for, and whether it has it.
  private static Map<String, Boolean> settings(Operation operation) {
    Map<String, Boolean> has = new LinkedHashMap<>();
    switch (operation) {
      case Embed embed -> {
        has.put("embeddings by position", embed.by() == Embed.Index.POSITION);
        has.put("scaled embeddings", embed.scale() != 1);
      }
      case Norm norm -> {
        has.put("norms with a mean", norm.kind() == Norm.Kind.LAYER);
        has.put("norms in groups", norm.groups() != 1);
        has.put("norms without a weight", norm.weight() == null);
        has.put("norms with a bias", norm.bias() != null);
        has.put("norms with an offset", norm.offset() != 0);
        has.put("norms of some columns", isPart(norm.input()));
      }
      case MatMul matmul -> {
        has.put("scaled products", matmul.scale() != 1);
        has.put("products of some columns", isPart(matmul.input()));
      }
      case Rotate rotate -> {
        int half = rotate.headSize() / 2;
        boolean whole = rotate.turned() == rotate.headSize();
        has.put("rotations of a part of a head", !whole);
        has.put("rotations of neighbours", rotate.pairing() == Rotate.Pairing.NEIGHBOURS);
        has.put("rotations backwards", rotate.backwards());
        has.put(
            "rotations of heads of %d elements".formatted(rotate.headSize()),
            half % 8 != 0 || rotate.vector().column() % 8 != 0);
      }
      case Attend attend -> {
        has.put(attend.mask() + " attention", !(attend.mask() instanceof Mask.Causal));
        has.put("values of another size than keys", attend.valueSize() != attend.keySize());
        has.put("attention with slopes", !attend.slopes().isEmpty());
        has.put("attention with a soft cap", attend.softCap() != 0);
        has.put("attention with sinks", attend.sinks() != null);
        has.put("attention to chosen keys", attend.chosen() != null);
        has.put("attention with biases of keys", attend.keyBias() != null);
        has.put(
            "attention heads of %d elements".formatted(attend.keySize()),
            !HEAD_SIZES.contains(attend.keySize()));
      }
      case Gate _ -> has.put("gates apart from their product", true);
      case Combine combine -> {
        has.put("weighted sums", combine.a() != 1 || combine.b() != 1);
        has.put("sums of some columns", isPart(combine.left()) || isPart(combine.right()));
      }
      case SelectRows _ -> {
        // It has no settings.
      }
      case Score score -> {
        has.put("scaled logits", score.scale() != 1);
        has.put("logits with a soft cap", score.softCap() != 0);
        has.put("scores of some columns", isPart(score.input()));
      }
      case Elementwise elementwise -> has.put(elementwise.curve() + " by itself", true);
      case Scale _ -> has.put("numbers times factors", true);
      case Adjust _ -> has.put("adjusted rows", true);
      case FakeQuantize _ -> has.put("activations in codes", true);
      case Concatenate _ -> has.put("columns side by side", true);
      case Convolve _ -> has.put("convolutions", true);
      case Softplus _, Decay _, Scan _ -> has.put("recurrences", true);
      case Route _, Spread _, ExpertMatMul _, Gather _ -> has.put("mixtures of experts", true);
      case SelectKeys _ -> has.put("a choice of keys", true);
    }
    return has;
  }

  /// Whether it is less than its buffer, of which these kernels read the whole.
  private static boolean isPart(View view) {
    return view.width() != view.buffer().width();
  }
}
