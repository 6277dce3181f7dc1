package io.github.nonplus.device.cpu;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Executable;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.library.Function;
import io.github.nonplus.program.Buffer;
import io.github.nonplus.program.Instruction;
import io.github.nonplus.program.Program;
import io.github.nonplus.weights.ModelWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A program made ready on the processors: one step for each instruction, run in order.
final class CpuExecutable implements Executable {
  private final Program program;
  private final Kernels kernels;
  private final Workers workers;
  private final Frame frame;
  private final Scratch[] scratch;
  private final List<Step> steps = new ArrayList<>();
  private final int vocabulary;

  CpuExecutable(
      Function function, ModelWeights weights, int tokens, Kernels kernels, Workers workers) {
    this.program = function.program();
    this.kernels = kernels;
    this.workers = workers;
    requireMemory(4L * function.plan().width() * tokens, tokens);
    this.frame = new Frame(function.plan(), tokens);
    this.scratch = new Scratch[workers.threads()];
    Arrays.setAll(scratch, _ -> scratch(program, kernels.panelWidth(), tokens));
    for (Instruction instruction : program.instructions()) {
      steps.add(step(instruction, weights, tokens));
    }
    this.vocabulary =
        program.instructions().getFirst() instanceof Instruction.Embed embed
            ? embed.table().outputs()
            : Integer.MAX_VALUE;
  }

  private static void requireMemory(long bytes, int tokens) {
    long most = Math.min(Runtime.getRuntime().maxMemory(), 4L * Integer.MAX_VALUE);
    if (bytes > most) {
      throw new DeviceException(
          "a batch of %d tokens needs %d MB for activations, there are %d MB: use smaller batches"
              .formatted(tokens, bytes >> 20, most >> 20));
    }
  }

  private static Scratch scratch(Program program, int panelWidth, int tokens) {
    int depth = 0;
    int headSize = 0;
    for (Instruction instruction : program.instructions()) {
      switch (instruction) {
        case Instruction.MatMul matmul -> depth = Math.max(depth, matmul.input().width());
        case Instruction.Score score -> depth = Math.max(depth, score.input().width());
        case Instruction.Attend attend -> headSize = Math.max(headSize, attend.headSize());
        case Instruction.Embed _,
            Instruction.Norm _,
            Instruction.Rotate _,
            Instruction.Gate _,
            Instruction.Add _,
            Instruction.SelectRows _ -> {}
      }
    }
    return new Scratch(depth, panelWidth, headSize, tokens);
  }

  private Step step(Instruction instruction, ModelWeights weights, int tokens) {
    return switch (instruction) {
      case Instruction.Embed embed -> RowSteps.embed(embed, weights);
      case Instruction.Norm norm -> RowSteps.norm(norm, weights, kernels);
      case Instruction.MatMul matmul ->
          new ProductStep(
              matmul, new Panels(matmul.parts(), weights, kernels.panelWidth()), kernels, scratch);
      case Instruction.Rotate rotate ->
          new RotateStep(rotate, new RotationTable(rotate.rotation(), rotate.headSize()), kernels);
      case Instruction.Attend attend -> new AttendStep(attend, kernels, scratch);
      case Instruction.Gate gate -> RowSteps.gate(gate, kernels);
      case Instruction.Add add -> RowSteps.add(add);
      case Instruction.SelectRows select -> RowSteps.select(select);
      case Instruction.Score score ->
          new ScoreStep(
              score,
              new Panels(List.of(score.head()), weights, kernels.panelWidth()),
              kernels,
              scratch,
              tokens);
    };
  }

  @Override
  public double[] score(Batch batch) {
    if (!(steps.getLast() instanceof ScoreStep last)) {
      throw new IllegalStateException("the program does not end in a score");
    }
    run(batch);
    return last.result();
  }

  @Override
  public float[] output(Batch batch) {
    Buffer buffer =
        program
            .instructions()
            .getLast()
            .result()
            .orElseThrow(() -> new IllegalStateException("the program ends in no buffer"));
    run(batch);
    int from = frame.at(buffer, 0);
    return Arrays.copyOfRange(frame.arena(), from, from + frame.rows(buffer) * buffer.width());
  }

  private void run(Batch batch) {
    requireIds(batch.ids());
    requireIds(batch.targets());
    frame.begin(batch);
    for (Step step : steps) {
      step.run(frame, workers);
    }
  }

  private void requireIds(int[] ids) {
    for (int id : ids) {
      if (id < 0 || id >= vocabulary) {
        throw new IllegalArgumentException("token id " + id + " of " + vocabulary);
      }
    }
  }

  @Override
  public void close() {}
}
