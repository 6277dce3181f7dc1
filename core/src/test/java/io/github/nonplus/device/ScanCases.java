package io.github.nonplus.device;

import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Convolve;
import io.github.nonplus.program.op.Curve;
import io.github.nonplus.program.op.Decay;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.op.Scale;
import io.github.nonplus.program.op.Scan;
import io.github.nonplus.program.op.ScanLaw;
import io.github.nonplus.program.op.Softplus;
import io.github.nonplus.program.op.Taps;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import java.util.ArrayList;
import java.util.List;

/// Operations of recurrent layers, each setting alone and in pairs.
final class ScanCases {
  private static final int WIDTH = 24;
  private static final Buffer X = new Buffer("x", RowSpace.TOKENS, 3 * WIDTH + 5);

  /// Numbers from 0 to 1, as gates, steps and decays are.
  private static final Buffer PARTS = new Buffer("parts", RowSpace.TOKENS, X.width());

  private static final Buffer OUT = new Buffer("out", RowSpace.TOKENS, WIDTH);
  private static final View LEFT = new View(X, 3, WIDTH);

  /// Bits of a set of settings.
  private static final int CORRECTS = 1;

  private static final int STEP = 2;
  private static final int DECAY = 4;
  private static final int COLUMNS = 8;
  private static final int SKIP = 16;
  private static final int SHARED = 32;
  private static final int SCALE = 64;
  private static final int ALL = 127;

  private ScanCases() {}

  static List<OperationCase> all() {
    List<OperationCase> cases = new ArrayList<>(elements());
    for (int settings = 0; settings <= ALL; settings++) {
      if (Integer.bitCount(settings) <= 2 && !bothDecays(settings)) {
        cases.add(memory(settings, 6, 10));
      }
    }
    cases.addAll(some());
    cases.add(memory(ALL & ~COLUMNS, 20, 70));
    cases.add(selective(5));
    cases.add(gated(1));
    return cases;
  }

  /// One or two of each law.
  static List<OperationCase> some() {
    return List.of(
        memory(ALL & ~COLUMNS, 8, 8),
        memory(ALL & ~DECAY, 8, 12),
        selective(16),
        gated(0),
        weighted());
  }

  /// States that forget next to nothing, or nothing, with corrections and without. Decays are
  /// numbers of float32: another's rounding, carried through a window, is not the scan's.
  static List<OperationCase> slow() {
    List<Double> decays = List.of(1 - 0x1p-10, 1 - 0x1p-13, 1 - 0x1p-16, 1.0);
    return List.of(
        memory(STEP | SCALE, 8, 8, decays), memory(CORRECTS | STEP | SCALE, 8, 8, decays));
  }

  private static boolean bothDecays(int settings) {
    return has(settings, DECAY) && has(settings, COLUMNS);
  }

  private static boolean has(int settings, int setting) {
    return (settings & setting) != 0;
  }

  private static List<OperationCase> elements() {
    List<OperationCase> cases = new ArrayList<>();
    Parameter bias = Parameter.vector("bias", WIDTH);
    for (int length : new int[] {1, 2, 4, 40}) {
      Taps taps = new Taps.Learnt(Parameter.matrix("taps", WIDTH, length));
      for (Parameter each : new Parameter[] {null, bias}) {
        cases.add(
            OperationCases.of(
                X,
                weights().withFloats("taps", WIDTH, length),
                new Convolve(LEFT, taps, each, OUT)));
      }
    }
    cases.add(OperationCases.of(X, weights(), new Convolve(LEFT, new Taps.Blend(bias), null, OUT)));
    for (Parameter each : new Parameter[] {null, bias}) {
      cases.add(OperationCases.of(X, weights(), Softplus.of(LEFT, each, OUT)));
      cases.add(OperationCases.of(X, weights(), new Softplus(LEFT, each, 0.5, 1.5, OUT)));
    }
    for (int group : new int[] {1, 8}) {
      Parameter rates = Parameter.vector("rates" + group, WIDTH / group);
      cases.add(
          OperationCases.of(
              X,
              weights().withVector(rates.name(), rates.outputs()),
              parts(),
              new Decay(new View(PARTS, 3, WIDTH), rates, OUT)));
    }
    return cases;
  }

  private static GivenWeights weights() {
    return new GivenWeights().withVector("bias", WIDTH);
  }

  private static Elementwise parts() {
    return new Elementwise(X.view(), new Curve.Activated(Activation.SIGMOID), PARTS);
  }

  /// Four heads, and one or two of keys.
  private static OperationCase memory(int settings, int keySize, int valueSize) {
    return memory(settings, keySize, valueSize, List.of(0.5, 0.75, 0.25, 0.9));
  }

  /// @param decays of the heads, where none are computed
  private static OperationCase memory(
      int settings, int keySize, int valueSize, List<Double> decays) {
    int heads = 4;
    int keys = has(settings, SHARED) ? 2 * keySize : heads * keySize;
    int values = heads * valueSize;
    Buffer x = new Buffer("x", RowSpace.TOKENS, 2 * keys + values + heads * keySize + heads);
    Buffer parts = new Buffer("parts", RowSpace.TOKENS, x.width());
    int decayAt = 2 * keys + values;
    View decay =
        has(settings, COLUMNS)
            ? new View(parts, decayAt, heads * keySize)
            : has(settings, DECAY) ? new View(parts, decayAt + 3, heads) : null;
    ScanLaw law =
        new ScanLaw.Memory(
            new View(parts, 0, keys),
            new View(parts, keys, keys),
            new View(x, 2 * keys, values),
            keySize,
            valueSize,
            has(settings, STEP) ? new View(parts, x.width() - heads, heads) : null,
            decay,
            decay == null ? decays : List.of(),
            has(settings, CORRECTS),
            has(settings, SCALE) ? 0.3 : 1,
            has(settings, SKIP) ? Parameter.vector("skip", heads) : null);
    Buffer scaled = new Buffer("scaled", RowSpace.TOKENS, x.width());
    return OperationCases.of(
        x,
        new GivenWeights().withVector("skip", heads),
        // Keys whose squares sum up to no more than 1, as those of the delta rule do.
        new Elementwise(x.view(), new Curve.Activated(Activation.SIGMOID), scaled),
        new Scale(scaled.view(), new Factor.Constant(1 / Math.sqrt(keySize)), parts),
        new Scan(law, new Buffer("out", RowSpace.TOKENS, values)));
  }

  private static OperationCase selective(int states) {
    ScanLaw law =
        new ScanLaw.Selective(
            LEFT,
            new View(PARTS, WIDTH + 3, WIDTH),
            new View(X, 1, states),
            new View(X, 2 * WIDTH + 5, states),
            Parameter.matrix("rates", WIDTH, states),
            Parameter.vector("bias", WIDTH));
    return OperationCases.of(
        X, weights().withFloats("rates", WIDTH, states), parts(), new Scan(law, OUT));
  }

  private static OperationCase gated(int column) {
    ScanLaw law =
        new ScanLaw.Gated(
            new View(X, column, WIDTH),
            new View(PARTS, WIDTH + column, WIDTH),
            new View(PARTS, 2 * WIDTH + column, WIDTH),
            Parameter.vector("bias", WIDTH));
    return OperationCases.of(X, weights(), parts(), new Scan(law, OUT));
  }

  private static OperationCase weighted() {
    ScanLaw law =
        new ScanLaw.Weighted(
            LEFT,
            new View(X, WIDTH + 4, WIDTH),
            Parameter.vector("rates", WIDTH),
            Parameter.vector("bias", WIDTH));
    return OperationCases.of(X, weights().withVector("rates", WIDTH), new Scan(law, OUT));
  }
}
