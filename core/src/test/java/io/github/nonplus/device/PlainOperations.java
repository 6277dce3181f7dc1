package io.github.nonplus.device;

import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Adjust;
import io.github.nonplus.program.op.Adjustment;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Concatenate;
import io.github.nonplus.program.op.Convolve;
import io.github.nonplus.program.op.Curve;
import io.github.nonplus.program.op.Decay;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.ExpertMatMul;
import io.github.nonplus.program.op.Factor;
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
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.weights.ModelWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// The operations as their documentation says them, in float64, a row at a time.
public final class PlainOperations {
  private final ModelWeights weights;
  private final Batch batch;
  private final Map<String, double[][]> buffers = new HashMap<>();
  private final Map<Parameter, double[][]> matrices = new HashMap<>();
  private final PlainRouting routing = new PlainRouting(this);

  public PlainOperations(ModelWeights weights, Batch batch) {
    this.weights = weights;
    this.batch = batch;
  }

  /// What the last operation writes, rows one behind the other.
  public double[] last(Program program) {
    double[][] rows = null;
    Map<String, Operation> lastReaders = new HashMap<>();
    for (Operation operation : program.operations()) {
      operation.inputs().forEach(view -> lastReaders.put(view.buffer().name(), operation));
    }
    for (Operation operation : program.operations()) {
      rows = of(operation);
      double[][] written = rows;
      operation.result().ifPresent(buffer -> buffers.put(buffer.name(), written));
      buffers.keySet().removeIf(name -> lastReaders.get(name) == operation);
    }
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  private double[][] of(Operation operation) {
    return switch (operation) {
      case Embed embed -> rows(embed.output(), (token, row) -> embed(embed, token, row));
      case Norm norm -> rows(norm.output(), (r, row) -> norm(norm, read(norm.input(), r), row));
      case MatMul matmul -> rows(matmul.output(), (r, row) -> product(matmul, r, row));
      case Rotate rotate -> rotate(rotate);
      case SelectKeys select ->
          rows(select.output(), (r, row) -> new PlainKeys(this).select(select, r, row));
      case Attend attend ->
          rows(attend.output(), (r, row) -> attend(attend, tokenOf(attend.output(), r), row));
      case Elementwise each -> {
        double[] numbers = each.parameters().stream().mapToDouble(p -> vector(p)[0]).toArray();
        yield rows(
            each.output(),
            (r, row) -> {
              double[] x = read(each.input(), r);
              Arrays.setAll(row, n -> curve(each.curve(), numbers, x[n]));
            });
      }
      case Gate gate -> rows(gate.output(), (r, row) -> gate(gate, r, row));
      case Combine sum ->
          rows(
              sum.output(),
              (r, row) -> {
                double[] left = read(sum.left(), r);
                double[] right = read(sum.right(), r);
                Arrays.setAll(row, n -> sum.a() * left[n] + sum.b() * right[n]);
              });
      case Scale scale ->
          rows(
              scale.output(),
              (r, row) -> {
                double[] x = read(scale.input(), r);
                Arrays.setAll(row, n -> x[n] * factor(scale.factor(), r, n));
              });
      case Adjust adjust -> rows(adjust.output(), (r, row) -> adjust(adjust, r, row));
      case FakeQuantize each -> rows(each.output(), (r, row) -> quantize(each, r, row));
      case Concatenate join ->
          rows(
              join.output(),
              (r, row) -> {
                double[] all =
                    join.parts().stream()
                        .flatMapToDouble(part -> Arrays.stream(read(part, r)))
                        .toArray();
                System.arraycopy(all, 0, row, 0, row.length);
              });
      case Convolve convolve -> new PlainRecurrences(this, batch).of(convolve);
      case Softplus softplus -> new PlainRecurrences(this, batch).of(softplus);
      case Decay decay -> new PlainRecurrences(this, batch).of(decay);
      case Scan scan -> new PlainRecurrences(this, batch).of(scan);
      case Route route ->
          rows(route.output(), (r, row) -> routing.route(route, read(route.logits(), r), row));
      case Spread spread -> rows(spread.output(), (r, row) -> routing.spread(spread, r, row));
      case ExpertMatMul experts ->
          rows(experts.output(), (r, row) -> routing.product(experts, r, row));
      case Gather gather -> rows(gather.output(), (r, row) -> routing.gather(gather, r, row));
      case SelectRows select ->
          rows(
              select.output(),
              (r, row) ->
                  System.arraycopy(
                      read(select.input(), batch.selected()[r]), 0, row, 0, row.length));
      case Score score ->
          IntStream.range(0, batch.selected().length)
              .mapToObj(r -> new double[] {loss(score, r)})
              .toArray(double[][]::new);
    };
  }

  private void embed(Embed embed, int token, double[] row) {
    int id =
        embed.by() == Embed.Index.TOKEN ? batch.ids()[token] : position(token) + embed.offset();
    double[] stored = matrix(embed.table())[id];
    Arrays.setAll(row, n -> embed.scale() * stored[n]);
  }

  private void quantize(FakeQuantize each, int r, double[] row) {
    int expert = each.routed() == null ? 0 : routing.expert(each.routed().routing(), r);
    double[] stored = each.parameters(expert).stream().mapToDouble(p -> vector(p)[0]).toArray();
    PlainCodes.quantize(each, stored, read(each.input(), r), row);
  }

  private void adjust(Adjust adjust, int r, double[] row) {
    double[] x = read(adjust.input(), r);
    switch (adjust.law()) {
      case Adjustment.Sparse law -> {
        double mean = Arrays.stream(x).average().orElseThrow();
        double[] apart = Arrays.stream(x).map(v -> v - mean).toArray();
        double least = mean + law.deviations() * Math.sqrt(squares(apart));
        Arrays.setAll(row, n -> Math.max(x[n] - least, 0));
      }
      case Adjustment.Matched law -> {
        double wanted = squares(read(law.reference(), r));
        Arrays.setAll(row, n -> x[n] * Math.sqrt(wanted / Math.max(squares(x), law.least())));
      }
    }
  }

  private static double squares(double[] x) {
    return Arrays.stream(x).map(v -> v * v).average().orElseThrow();
  }

  @FunctionalInterface
  private interface Row {
    void compute(int row, double[] into);
  }

  private double[][] rows(Buffer output, Row row) {
    int count = batch.rows(output.rows());
    double[][] rows = new double[count][output.width()];
    for (int r = 0; r < count; r++) {
      row.compute(r, rows[r]);
    }
    return rows;
  }

  double[] read(View view, int row) {
    double[] whole = buffers.get(view.buffer().name())[row];
    return Arrays.copyOfRange(whole, view.column(), view.column() + view.width());
  }

  double[][] matrix(Parameter parameter) {
    return matrices.computeIfAbsent(parameter, this::decoded);
  }

  private double[][] decoded(Parameter parameter) {
    float[] values = new float[parameter.outputs() * parameter.inputs()];
    weights
        .matrix(parameter.name(), parameter.outputs(), parameter.inputs())
        .decode(0, parameter.outputs(), values, 0);
    double[][] rows = new double[parameter.outputs()][parameter.inputs()];
    for (int i = 0; i < values.length; i++) {
      rows[i / parameter.inputs()][i % parameter.inputs()] = values[i];
    }
    return rows;
  }

  double[] vector(Parameter parameter) {
    float[] values = weights.vector(parameter.name(), parameter.outputs());
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  private int tokenOf(Buffer output, int row) {
    return output.rows().equals(RowSpace.TOKENS) ? row : batch.selected()[row];
  }

  int start(int token) {
    int window = 0;
    while (batch.starts()[window + 1] <= token) {
      window++;
    }
    return batch.starts()[window];
  }

  private int position(int token) {
    return token - start(token);
  }

  private int length(int token) {
    int window = 0;
    while (batch.starts()[window + 1] <= token) {
      window++;
    }
    return batch.starts()[window + 1] - batch.starts()[window];
  }

  private void norm(Norm norm, double[] x, double[] row) {
    int width = norm.groupWidth();
    double[] weight = norm.weight() == null ? null : vector(norm.weight());
    double[] bias = norm.bias() == null ? null : vector(norm.bias());
    for (int from = 0; from < x.length; from += width) {
      double[] group = Arrays.copyOfRange(x, from, from + width);
      double m = norm.kind() == Norm.Kind.LAYER ? Arrays.stream(group).average().orElseThrow() : 0;
      double variance = Arrays.stream(group).map(v -> (v - m) * (v - m)).average().orElseThrow();
      for (int n = 0; n < width; n++) {
        double normal = (group[n] - m) / Math.sqrt(variance + norm.epsilon());
        row[from + n] =
            normal * (weight == null ? 1 : norm.offset() + weight[(from + n) % weight.length])
                + (bias == null ? 0 : bias[(from + n) % bias.length]);
      }
    }
  }

  double[] linear(Linear linear, double[] x) {
    double[][] weight = matrix(linear.weight());
    double[] bias = linear.bias() == null ? null : vector(linear.bias());
    double[] out = new double[weight.length];
    for (int n = 0; n < out.length; n++) {
      out[n] = (bias == null ? 0 : bias[n]) + dot(x, 0, weight[n], 0, x.length);
    }
    return out;
  }

  private static double dot(double[] a, int aAt, double[] b, int bAt, int count) {
    return IntStream.range(0, count).mapToDouble(i -> a[aAt + i] * b[bAt + i]).sum();
  }

  private void product(MatMul matmul, int r, double[] row) {
    double[] all =
        matmul.parts().stream()
            .flatMapToDouble(part -> Arrays.stream(linear(part, read(matmul.input(), r))))
            .toArray();
    double[] residual =
        matmul.residual() == null ? new double[all.length] : read(matmul.residual(), r);
    Arrays.setAll(row, n -> matmul.scale() * all[n] + residual[n]);
  }

  private double[][] rotate(Rotate rotate) {
    double[][] buffer = buffers.get(rotate.vector().buffer().name());
    int half = rotate.turned() / 2;
    boolean halves = rotate.pairing() == Rotate.Pairing.HALVES;
    double[][] written = new double[buffer.length][];
    for (int token = 0; token < buffer.length; token++) {
      double[] x = read(rotate.vector(), token);
      double[] frequencies = rotate.rotation().frequencies(rotate.turned(), length(token));
      for (int head = rotate.from(); head < x.length; head += rotate.headSize()) {
        for (int i = 0; i < half; i++) {
          int place = rotate.rotation().place(position(token));
          double angle = place * frequencies[i] * (rotate.backwards() ? -1 : 1);
          int a = head + (halves ? i : 2 * i);
          int b = head + (halves ? i + half : 2 * i + 1);
          double first = x[a];
          double second = x[b];
          x[a] = first * Math.cos(angle) - second * Math.sin(angle);
          x[b] = second * Math.cos(angle) + first * Math.sin(angle);
        }
      }
      System.arraycopy(x, 0, buffer[token], rotate.vector().column(), x.length);
      written[token] = x;
    }
    return written;
  }

  private void attend(Attend attend, int token, double[] row) {
    int start = start(token);
    int i = position(token);
    double[] query = read(attend.query(), token);
    for (int head = 0; head < attend.heads(); head++) {
      int shared = head / attend.headsPerKey();
      int[] seen =
          IntStream.rangeClosed(0, i)
              .filter(j -> sees(attend.mask(), i, j) && isChosen(attend, shared, token, j))
              .toArray();
      double[] scores = new double[seen.length];
      for (int n = 0; n < seen.length; n++) {
        int j = seen[n];
        double[] key = read(attend.key(), start + j);
        int size = attend.keySize();
        double score = attend.scale() * dot(query, head * size, key, shared * size, size);
        double capped = cap(attend.softCap(), score);
        double slope = attend.slopes().isEmpty() ? 0 : attend.slopes().get(head);
        double bias = attend.keyBias() == null ? 0 : read(attend.keyBias(), start + j)[shared];
        scores[n] = capped + slope * (j - i) + bias;
      }
      double sink = attend.sinks() == null ? 0 : Math.exp(vector(attend.sinks())[head]);
      double sum = sink + Arrays.stream(scores).map(Math::exp).sum();
      for (int n = 0; n < seen.length; n++) {
        double[] value = read(attend.value(), start + seen[n]);
        for (int d = 0; d < attend.valueSize(); d++) {
          row[head * attend.valueSize() + d] +=
              Math.exp(scores[n]) / sum * value[shared * attend.valueSize() + d];
        }
      }
    }
  }

  private boolean isChosen(Attend attend, int keyHead, int token, int position) {
    if (attend.chosen() == null) {
      return true;
    }
    int from = attend.choiceOf(keyHead);
    double[] chosen = read(attend.chosen().keys(), token);
    return Arrays.stream(chosen, from, from + attend.chosen().kept()).anyMatch(j -> j == position);
  }

  private static boolean sees(Mask mask, int i, int j) {
    if (!(mask instanceof Mask.Rolling rolling)) {
      return j >= mask.firstKey(i);
    }
    List<Integer> cache = new ArrayList<>();
    int call = 0;
    for (; call + rolling.chunk() <= i; call += rolling.chunk()) {
      IntStream.range(call, call + rolling.chunk()).forEach(cache::add);
      while (cache.size() > rolling.width()) {
        cache.remove(rolling.kept());
      }
    }
    return j >= call || cache.contains(j);
  }

  private double loss(Score score, int r) {
    double[] logits =
        Arrays.stream(linear(score.head(), read(score.input(), r)))
            .map(logit -> cap(score.softCap(), score.scale() * logit))
            .toArray();
    return Math.log(Arrays.stream(logits).map(Math::exp).sum()) - logits[batch.targets()[r]];
  }

  private static double cap(double cap, double x) {
    return cap == 0 ? x : cap * Math.tanh(x / cap);
  }

  private void gate(Gate gate, int r, double[] row) {
    double[] g = read(gate.gate(), r);
    double[] up = read(gate.up(), r);
    double limit = gate.limit() == 0 ? Double.MAX_VALUE : gate.limit();
    for (int n = 0; n < row.length; n++) {
      double own = Math.min(g[g.length == 1 ? 0 : n], limit);
      double bent = activated(gate.activation(), own);
      row[n] = bent * (Math.clamp(up[n], -limit, limit) + gate.offset());
    }
  }

  private double factor(Factor factor, int token, int column) {
    return switch (factor) {
      case Factor.Constant constant -> constant.value();
      case Factor.Stored stored -> {
        double[] values = vector(stored.values());
        yield values[column % values.length];
      }
      case Factor.Difference law ->
          Math.exp(dot(vector(law.first()), 0, vector(law.second()), 0, law.first().outputs()))
              - Math.exp(
                  dot(vector(law.third()), 0, vector(law.fourth()), 0, law.first().outputs()))
              + law.initial();
      case Factor.OfPosition law ->
          1 + law.beta() * Math.log(1 + Math.floor((position(token) + law.first()) / law.length()));
      case Factor.Between between ->
          between.from() <= position(token) && position(token) < between.to() ? 1 : 0;
    };
  }

  private static double curve(Curve curve, double[] numbers, double x) {
    return switch (curve) {
      case Curve.Activated activated -> activated(activated.activation(), x);
      case Curve.Clamped clamped -> Math.clamp(x, -clamped.limit(), clamped.limit());
      case Curve.SoftCapped capped -> cap(capped.cap(), x);
      case Curve.Power _ -> Math.exp(x);
      case Curve.Xielu _ -> {
        double positive = Math.log1p(Math.exp(numbers[0]));
        double negative = numbers[2] + Math.log1p(Math.exp(numbers[1]));
        yield numbers[2] * x
            + (x > 0 ? positive * x * x : negative * (Math.expm1(Math.min(x, numbers[3])) - x));
      }
    };
  }

  private static double activated(Activation activation, double x) {
    return switch (activation) {
      case SILU -> x * sigmoid(x);
      case GELU -> x * normal(x);
      case GELU_TANH ->
          x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case QUICK_GELU -> x * sigmoid(1.702 * x);
      case RELU -> Math.max(x, 0);
      case RELU_SQUARED -> Math.pow(Math.max(x, 0), 2);
      case SIGMOID -> sigmoid(x);
      case TANH -> Math.tanh(x);
      case IDENTITY -> x;
    };
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /// Φ(x), by the series of its integral, which converges everywhere.
  private static double normal(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 400; n++) {
      term *= x * x / (2 * n + 1);
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }
}
