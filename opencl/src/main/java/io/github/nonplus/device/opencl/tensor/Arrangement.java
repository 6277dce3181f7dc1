package io.github.nonplus.device.opencl.tensor;

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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The form of each buffer, and where in one arena it lies. Buffers whose lives do not overlap
/// share memory; a sum takes the place of its residual if that is not read again.
///
/// @param offsets in bytes
/// @param bytes of the arena
record Arrangement(Map<Buffer, Form> forms, Map<Buffer, Long> offsets, long bytes) {
  /// What a sub-buffer's offset must be a multiple of, on any device of this kind.
  private static final long ALIGNMENT = 4096;

  /// @param stages that [Coverage] found to be computed
  /// @param rows of every buffer, a multiple of [Form#TILE_ROWS]
  static Arrangement of(List<Stage> stages, int rows) {
    Map<Buffer, Form> forms = forms(stages);
    Map<Buffer, Integer> lastRead = lastReads(stages);
    Map<Buffer, Long> offsets = new LinkedHashMap<>();
    List<Buffer> alive = new ArrayList<>();
    long total = 0;
    for (int i = 0; i < stages.size(); i++) {
      Stage stage = stages.get(i);
      int step = i;
      if (stage.result().isPresent()) {
        Buffer output = stage.result().get();
        long size = size(output, forms, rows);
        if (takesPlace(stage, output, lastRead, step)) {
          offsets.put(output, offsets.get(stage.residual()));
          alive.remove(stage.residual());
        } else {
          offsets.put(output, firstGap(alive, offsets, forms, rows, size));
        }
        alive.add(output);
        total = Math.max(total, Math.addExact(offsets.get(output), size));
      }
      alive.removeIf(buffer -> lastRead.get(buffer) <= step);
    }
    return new Arrangement(forms, offsets, total);
  }

  private static boolean takesPlace(
      Stage stage, Buffer output, Map<Buffer, Integer> lastRead, int step) {
    Buffer residual = stage.residual();
    return residual != null
        && lastRead.get(residual) == step
        && residual.rows() == output.rows()
        && residual.width() == output.width();
  }

  private static Map<Buffer, Integer> lastReads(List<Stage> stages) {
    Map<Buffer, Integer> lastRead = new HashMap<>();
    for (int i = 0; i < stages.size(); i++) {
      int step = i;
      stages.get(i).result().ifPresent(buffer -> lastRead.putIfAbsent(buffer, step));
      stages.get(i).inputs().forEach(view -> lastRead.put(view.buffer(), step));
    }
    // What a program ends in is read when it is over.
    stages.getLast().result().ifPresent(buffer -> lastRead.put(buffer, stages.size()));
    return lastRead;
  }

  /// What cannot be arranged: a buffer that its readers need in two forms, or in one that its
  /// writer does not write.
  static Optional<String> gap(List<Stage> stages) {
    Map<Buffer, Form> forms = new HashMap<>();
    for (Stage stage : stages) {
      for (View view : stage.inputs()) {
        Form needed = needed(stage, view);
        Form other = forms.put(view.buffer(), needed);
        if (other != null && other != needed) {
          return Optional.of("reading %s in two forms".formatted(view.buffer().name()));
        }
      }
    }
    return stages.stream()
        .filter(stage -> stage.result().map(forms::get).isPresent())
        .filter(stage -> !written(stage).contains(forms.get(stage.result().get())))
        .findFirst()
        .map(
            stage ->
                "writing %s in another form than it is read in"
                    .formatted(stage.result().get().name()));
  }

  /// Each buffer has the form that its readers need; one that nobody reads is in float32 where its
  /// writer can.
  private static Map<Buffer, Form> forms(List<Stage> stages) {
    Map<Buffer, Form> forms = new HashMap<>();
    for (Stage stage : stages) {
      stage.inputs().forEach(view -> forms.put(view.buffer(), needed(stage, view)));
    }
    for (Stage stage : stages) {
      stage
          .result()
          .ifPresent(buffer -> forms.computeIfAbsent(buffer, _ -> written(stage).getLast()));
    }
    return forms;
  }

  private static Form needed(Stage stage, View view) {
    return switch (stage.operation()) {
      case MatMul matmul -> view.equals(matmul.input()) ? Form.HALF_TILES : Form.FLOAT_ROWS;
      case Score _ -> Form.HALF_TILES;
      case Rotate _, Attend _ -> Form.HALF_ROWS;
      case Norm _, Combine _, SelectRows _ -> Form.FLOAT_ROWS;
      case Gate _,
          Elementwise _,
          Scale _,
          Adjust _,
          FakeQuantize _,
          Concatenate _,
          Convolve _,
          Softplus _,
          Decay _,
          Scan _,
          Route _,
          Spread _,
          ExpertMatMul _,
          Gather _,
          SelectKeys _ ->
          throw new IllegalStateException("no kernel for " + stage.operation().text());
      case Embed _ -> throw new IllegalStateException("an embedding reads no buffer");
    };
  }

  private static List<Form> written(Stage stage) {
    if (stage.gate() != null) {
      return List.of(Form.HALF_TILES);
    }
    return switch (stage.operation()) {
      case MatMul matmul ->
          !stage.rotations().isEmpty()
              ? List.of(Form.HALF_ROWS)
              : matmul.residual() == null
                  ? List.of(Form.HALF_ROWS, Form.FLOAT_ROWS)
                  : List.of(Form.FLOAT_ROWS);
      case Norm _, Attend _ -> List.of(Form.HALF_TILES);
      case Embed _,
          Rotate _,
          Elementwise _,
          Gate _,
          Combine _,
          Scale _,
          Adjust _,
          FakeQuantize _,
          Concatenate _,
          Convolve _,
          Softplus _,
          Decay _,
          Scan _ ->
          List.of(Form.FLOAT_ROWS);
      case SelectRows _, Score _ -> List.of(Form.FLOAT_ROWS);
      case Route _, Spread _, ExpertMatMul _, Gather _, SelectKeys _ -> List.of(Form.FLOAT_ROWS);
    };
  }

  private static long firstGap(
      List<Buffer> alive,
      Map<Buffer, Long> offsets,
      Map<Buffer, Form> forms,
      int rows,
      long wanted) {
    long offset = 0;
    List<Buffer> inOrder = new ArrayList<>(alive);
    inOrder.sort(Comparator.comparing(offsets::get));
    for (Buffer buffer : inOrder) {
      long start = offsets.get(buffer);
      if (start - offset >= wanted) {
        return offset;
      }
      offset = Math.max(offset, start + size(buffer, forms, rows));
    }
    return offset;
  }

  private static long size(Buffer buffer, Map<Buffer, Form> forms, int rows) {
    long bytes = forms.get(buffer).bytes(buffer.width(), rows);
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
  }
}
