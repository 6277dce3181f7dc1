package io.github.nonplus.device.cpu;

import io.github.nonplus.program.Buffer;
import io.github.nonplus.program.Instruction;
import io.github.nonplus.program.Instruction.Gate;
import io.github.nonplus.program.Instruction.MatMul;
import io.github.nonplus.program.Linear;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.rotation.Rotation;
import io.github.nonplus.weights.ModelWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Turns a program's instructions into steps, with the scratch memory that they share.
final class Lowering {
  private final List<Instruction> instructions;
  private final ModelWeights weights;
  private final int tokens;
  private final Kernels kernels;
  private final Scratch[] scratch;
  private final AttendScratch[] attendScratch;
  private final Map<Map.Entry<Rotation, Integer>, RotationTables> tables = new HashMap<>();

  /// @param tokens the most of a batch
  Lowering(Program program, ModelWeights weights, int tokens, Kernels kernels, int threads) {
    this.instructions = program.instructions();
    this.weights = weights;
    this.tokens = tokens;
    this.kernels = kernels;
    this.scratch = new Scratch[threads];
    this.attendScratch = new AttendScratch[threads];
    Arrays.setAll(scratch, _ -> new Scratch(widest(), kernels));
  }

  /// Columns of the widest buffer.
  private int widest() {
    return instructions.stream()
        .flatMap(instruction -> instruction.result().stream())
        .mapToInt(Buffer::width)
        .max()
        .orElse(0);
  }

  /// A step for each instruction.
  List<Step> each() {
    return instructions.stream().map(this::step).toList();
  }

  /// The same, but where a product is read by nothing but a gate, its step computes both, and the
  /// gate's does nothing.
  ///
  /// @param each a step for each instruction
  List<Step> fused(List<Step> each) {
    List<Step> fused = new ArrayList<>(each);
    for (int i = 0; i + 1 < instructions.size(); i++) {
      if (instructions.get(i) instanceof MatMul matmul
          && instructions.get(i + 1) instanceof Gate gate
          && gate.gates(matmul)
          && isReadOnce(matmul.output())) {
        Panels panels = reserve(Panels.beside(matmul.parts(), weights));
        fused.set(i, ProductStep.gated(matmul, gate, panels, kernels, scratch));
        fused.set(i + 1, Step.NOTHING);
      }
    }
    return List.copyOf(fused);
  }

  private boolean isReadOnce(Buffer buffer) {
    return instructions.stream()
            .filter(reader -> reader.inputs().stream().anyMatch(v -> v.buffer().equals(buffer)))
            .count()
        == 1;
  }

  private Step step(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Embed embed -> RowSteps.embed(embed, weights, scratch);
      case Instruction.Norm norm -> RowSteps.norm(norm, weights, kernels);
      case MatMul matmul -> ProductStep.stored(matmul, panels(matmul.parts()), kernels, scratch);
      case Instruction.Rotate rotate -> new RotateStep(rotate, tables(rotate), kernels);
      case Instruction.Attend attend -> attend(attend);
      case Gate gate -> RowSteps.gate(gate, kernels);
      case Instruction.Add add -> RowSteps.add(add, kernels);
      case Instruction.SelectRows select -> RowSteps.select(select, scratch);
      case Instruction.Score score ->
          new ScoreStep(score, panels(List.of(score.head())), kernels, scratch, tokens);
    };
  }

  /// Heads of the same size that turn alike share their tables.
  private RotationTables tables(Instruction.Rotate rotate) {
    return tables.computeIfAbsent(
        Map.entry(rotate.rotation(), rotate.headSize()),
        _ -> new RotationTables(rotate.rotation(), rotate.headSize()));
  }

  private Panels panels(List<Linear> parts) {
    return reserve(Panels.of(parts, weights));
  }

  /// Sees to it that there is room for every one of the panels.
  private Panels reserve(Panels panels) {
    for (Scratch own : scratch) {
      own.reserve(panels.length());
    }
    return panels;
  }

  /// Attentions run one after another, so those of the same shape share their scratch memory.
  private Step attend(Instruction.Attend attend) {
    int slots = AttendStep.strips(kernels) * attend.headsPerKey();
    for (int worker = 0; worker < attendScratch.length; worker++) {
      AttendScratch present = attendScratch[worker];
      if (present == null || !present.fits(attend.headSize(), slots)) {
        attendScratch[worker] = new AttendScratch(attend.headSize(), slots, kernels);
      }
    }
    return new AttendStep(attend, kernels, attendScratch.clone());
  }
}
