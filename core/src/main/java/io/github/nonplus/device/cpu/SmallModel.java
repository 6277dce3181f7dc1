package io.github.nonplus.device.cpu;

import io.github.nonplus.device.Batch;
import io.github.nonplus.library.Function;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.program.rotation.DefaultRotation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Two layers of a decoder as the compiler lowers them, in which every step and every kernel has
/// work, as small as that allows: one depth above a block of sums, one product of several panels.
final class SmallModel {
  private static final int HIDDEN = 32;
  private static final int GATED = 32; // a gate costs an interpreter more than all the rest
  private static final int WIDE = 544;
  private static final int HEAD = 16;
  private static final int QUERIES = 2 * HEAD;
  private static final int KEYS = HEAD;
  private static final int VOCABULARY = 200;

  private final List<Operation> operations = new ArrayList<>();

  private SmallModel() {}

  /// Windows of so many tokens.
  static Batch batch(int... lengths) {
    Random random = new Random(1);
    return Batch.scoring(
        Arrays.stream(lengths)
            .mapToObj(length -> random.ints(length, 0, VOCABULARY).toArray())
            .toList());
  }

  /// Negative log-likelihoods of a batch.
  static Function score() {
    return Function.of(new SmallModel().program());
  }

  private Program program() {
    Buffer x = new Buffer("x", RowSpace.TOKENS, HIDDEN);
    operations.add(Embed.tokens(Parameter.matrix("table", VOCABULARY, HIDDEN), x));
    Buffer last = layer("second", layer("first", x, RowSpace.TOKENS), RowSpace.SELECTED);
    Buffer end = norm("end", last);
    operations.add(Score.of(end.view(), linear("head", VOCABULARY, HIDDEN)));
    return new Program(operations);
  }

  /// @param rows of its output, and of what only the output needs
  private Buffer layer(String name, Buffer x, RowSpace rows) {
    Buffer heads = attention(name, norm(name + ".attention", x), rows);
    Buffer residual = x;
    if (rows.equals(RowSpace.SELECTED)) {
      residual = new Buffer(name + ".selected", rows, HIDDEN);
      operations.add(new SelectRows(x.view(), residual));
    }
    Buffer sum = new Buffer(name + ".sum", rows, HIDDEN);
    operations.add(
        new MatMul(
            heads.view(), List.of(linear(name + ".o", HIDDEN, QUERIES)), 1, residual.view(), sum));
    Buffer product = new Buffer(name + ".gate+up", rows, 2 * GATED);
    List<Linear> parts =
        List.of(linear(name + ".gate", GATED, HIDDEN), linear(name + ".up", GATED, HIDDEN));
    operations.add(MatMul.of(norm(name + ".mlp", sum).view(), parts, product));
    Buffer gated = new Buffer(name + ".gated", rows, GATED);
    View gate = new View(product, 0, GATED);
    View up = new View(product, GATED, GATED);
    operations.add(new Gate(gate, up, Activation.SILU, gated));
    Buffer wide = new Buffer(name + ".wide", rows, WIDE);
    operations.add(MatMul.of(gated.view(), List.of(linear(name + ".out", WIDE, GATED)), wide));
    Buffer output = new Buffer(name, rows, HIDDEN);
    operations.add(
        new MatMul(
            wide.view(), List.of(linear(name + ".down", HIDDEN, WIDE)), 1, sum.view(), output));
    return output;
  }

  private Buffer attention(String name, Buffer x, RowSpace rows) {
    Buffer projected = new Buffer(name + ".qkv", RowSpace.TOKENS, QUERIES + 2 * KEYS);
    List<Linear> parts =
        List.of(
            linear(name + ".q", QUERIES, HIDDEN),
            linear(name + ".k", KEYS, HIDDEN),
            linear(name + ".v", KEYS, HIDDEN));
    operations.add(MatMul.of(x.view(), parts, projected));
    View query = new View(projected, 0, QUERIES);
    View key = new View(projected, QUERIES, KEYS);
    View value = new View(projected, QUERIES + KEYS, KEYS);
    operations.add(Rotate.whole(query, HEAD, new DefaultRotation(10_000)));
    operations.add(Rotate.whole(key, HEAD, new DefaultRotation(10_000)));
    Buffer heads = new Buffer(name + ".heads", rows, QUERIES);
    operations.add(Attend.causal(query, key, value, HEAD, 0.25, heads));
    return heads;
  }

  private Buffer norm(String name, Buffer x) {
    Buffer output = new Buffer(name + ".norm", x.rows(), HIDDEN);
    operations.add(Norm.rms(x.view(), Parameter.vector(name, HIDDEN), 1e-5, output));
    return output;
  }

  private static Linear linear(String name, int outputs, int inputs) {
    return Linear.of(Parameter.matrix(name, outputs, inputs));
  }
}
