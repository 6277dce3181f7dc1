package io.github.nonplus.device.cpu;

import io.github.nonplus.program.Program;
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
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.rotation.Rotation;
import io.github.nonplus.weights.ModelWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Turns a program's operations into steps, with the scratch memory that they share.
final class Lowering {
  private final List<Operation> operations;
  private final ModelWeights weights;
  private final int tokens;
  private final Kernels kernels;
  private final Scratch[] scratch;
  private final Rows rows = new Rows();
  private final Rows otherRows = new Rows();
  private final AttendScratch[] attendScratch;
  private final Blocking blocking;
  private final Map<Map.Entry<Rotation, Integer>, RotationTables> tables = new HashMap<>();

  /// @param tokens the most of a batch
  Lowering(
      Program program,
      ModelWeights weights,
      int tokens,
      Kernels kernels,
      int threads,
      Caches caches) {
    this.operations = program.operations();
    this.weights = weights;
    this.tokens = tokens;
    this.kernels = kernels;
    this.scratch = new Scratch[threads];
    this.attendScratch = new AttendScratch[threads];
    Arrays.setAll(scratch, _ -> new Scratch(widest()));
    this.blocking = Blocking.of(caches, kernels.stripWidth());
  }

  /// Columns of the widest buffer.
  private int widest() {
    return operations.stream()
        .flatMap(operation -> operation.result().stream())
        .mapToInt(Buffer::width)
        .max()
        .orElse(0);
  }

  /// Steps for whole batches.
  ///
  /// @param unwritten the buffers that they never write
  record Fused(List<Step> steps, Set<Buffer> unwritten) {}

  /// A step for each operation.
  List<Step> each() {
    return operations.stream().map(this::step).toList();
  }

  /// The same, but where a product is read by nothing but a gate, its step computes both, and the
  /// gate's does nothing.
  ///
  /// @param each a step for each operation
  Fused fused(List<Step> each) {
    List<Step> fused = new ArrayList<>(each);
    Set<Buffer> unwritten = new HashSet<>();
    for (int i = 0; i + 1 < operations.size(); i++) {
      if (operations.get(i) instanceof MatMul matmul
          && operations.get(i + 1) instanceof Gate gate
          && gate.gates(matmul)
          && isReadOnce(matmul.output())) {
        Panels panels =
            reserve(
                Panels.beside(
                    matmul.parts(), weights, blocking, new Share(scratch.length, tokens)));
        fused.set(i, ProductStep.gated(matmul, gate, panels, kernels, scratch));
        fused.set(i + 1, Step.NOTHING);
        unwritten.add(matmul.output());
      }
      if (operations.get(i) instanceof ExpertMatMul experts
          && operations.get(i + 1) instanceof Gate gate
          && gate.gates(experts)
          && isReadOnce(experts.output())) {
        List<Panels> panels = expertPanels(experts, true);
        fused.set(i, ExpertStep.gated(experts, gate, panels, kernels, scratch));
        fused.set(i + 1, Step.NOTHING);
        unwritten.add(experts.output());
      }
    }
    return new Fused(List.copyOf(fused), Set.copyOf(unwritten));
  }

  private boolean isReadOnce(Buffer buffer) {
    return operations.stream()
            .filter(reader -> reader.inputs().stream().anyMatch(v -> v.buffer().equals(buffer)))
            .count()
        == 1;
  }

  /// The step of one of the program's operations.
  Step step(Operation operation) {
    return switch (operation) {
      case Embed embed -> RowSteps.embed(embed, weights, scratch);
      case Norm norm -> NormStep.of(norm, weights, kernels);
      case MatMul matmul -> ProductStep.stored(matmul, panels(matmul.parts()), kernels, scratch);
      case Rotate rotate -> new RotateStep(rotate, tables(rotate), kernels);
      case SelectKeys select -> new SelectKeysStep(select, kernels);
      case Attend attend -> attend(attend);
      case Elementwise elementwise -> ElementSteps.apply(elementwise, weights, kernels);
      case Gate gate -> ElementSteps.gate(gate, kernels);
      case Combine combine -> ElementSteps.combine(combine, kernels);
      case Scale scale -> ScaleStep.of(scale, weights, kernels);
      case Adjust adjust -> AdjustStep.of(adjust);
      case FakeQuantize quantize -> FakeQuantizeStep.of(quantize, weights);
      case Concatenate concatenate -> RowSteps.concatenate(concatenate);
      case Convolve convolve -> ConvolveStep.of(convolve, weights, kernels);
      case Softplus softplus -> RecurrenceSteps.softplus(softplus, weights, kernels);
      case Decay decay -> RecurrenceSteps.decay(decay, weights, kernels);
      case Scan scan -> RecurrenceSteps.scan(scan, weights, kernels, rows, otherRows);
      case Route route -> RouteStep.of(route, weights);
      case Spread spread -> new SpreadStep(spread, rows);
      case ExpertMatMul experts ->
          ExpertStep.stored(experts, expertPanels(experts, false), kernels, scratch);
      case Gather gather -> new GatherStep(gather, scratch);
      case SelectRows select -> RowSteps.select(select, scratch);
      case Score score ->
          new ScoreStep(
              score,
              reserve(ScoreStep.panels(score, weights, blocking, scratch.length)),
              kernels,
              scratch,
              tokens);
    };
  }

  /// Heads of the same size that turn alike share their tables.
  private RotationTables tables(Rotate rotate) {
    return tables.computeIfAbsent(
        Map.entry(rotate.rotation(), rotate.turned()),
        _ -> new RotationTables(rotate.rotation(), rotate.turned()));
  }

  private Panels panels(List<Linear> parts) {
    return reserve(Panels.of(parts, weights, blocking, new Share(scratch.length, tokens)));
  }

  /// The panels of each expert.
  ///
  /// @param beside whether a panel has the same outputs of all parts
  private List<Panels> expertPanels(ExpertMatMul experts, boolean beside) {
    int rows = Math.multiplyExact(tokens, experts.output().rows().perToken());
    int strips = new Strips(kernels.stripWidth()).count(rows) + 1; // the first may be begun
    List<Panels> all = new ArrayList<>();
    for (int expert = 0; expert < experts.experts(); expert++) {
      List<Linear> parts = experts.of(expert);
      Panels panels =
          beside
              ? Panels.beside(parts, weights, blocking, Share.byPanels(scratch.length))
              : Panels.of(parts, weights, blocking, Share.byPanels(scratch.length));
      all.add(reserve(panels, strips));
    }
    return all;
  }

  private Panels reserve(Panels panels) {
    return reserve(panels, new Strips(kernels.stripWidth()).count(tokens));
  }

  /// Sees to it that there is room for every one of the panels.
  private Panels reserve(Panels panels, int strips) {
    for (Scratch own : scratch) {
      own.reserve(panels, strips, kernels);
    }
    return panels;
  }

  /// Attentions run one after another, so those of the same shape share their scratch memory.
  private Step attend(Attend attend) {
    int slots = AttendStep.strips(kernels) * attend.headsPerKey();
    for (int worker = 0; worker < attendScratch.length; worker++) {
      AttendScratch present = attendScratch[worker];
      if (present == null || !present.fits(attend.keySize(), attend.valueSize(), slots)) {
        attendScratch[worker] =
            new AttendScratch(attend.keySize(), attend.valueSize(), slots, kernels);
      }
    }
    return AttendStep.of(AttendLaw.of(attend, weights), kernels, attendScratch.clone());
  }
}
