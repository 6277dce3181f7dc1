package io.github.nonplus.device;

import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.quantization.Layout;
import io.github.nonplus.quantization.Quantization;
import java.util.ArrayList;
import java.util.List;

/// The operations that read matrices, which may be stored in any format: their settings, and each
/// format once.
final class ProductCases {
  private static final int DEPTH = 72;
  private static final int OUTPUTS = 33;
  private static final Buffer X = new Buffer("x", RowSpace.TOKENS, DEPTH + 2 * OUTPUTS + 2);
  private static final View INPUT = new View(X, 2, DEPTH);
  private static final Parameter FIRST = Parameter.matrix("first", OUTPUTS, DEPTH);
  private static final Parameter SECOND = Parameter.matrix("second", OUTPUTS, DEPTH);
  private static final Parameter BIAS = Parameter.vector("bias", OUTPUTS);
  private static final Parameter TILES = Parameter.matrix("tiles", 16, DEPTH);
  private static final Parameter TILES_BIAS = Parameter.vector("tiles_bias", 16);
  private static final Parameter HEAD = Parameter.matrix("head", OperationCases.VOCABULARY, DEPTH);
  private static final Parameter HEAD_BIAS =
      Parameter.vector("head_bias", OperationCases.VOCABULARY);

  private ProductCases() {}

  static List<OperationCase> all() {
    List<OperationCase> cases = new ArrayList<>();
    products(cases);
    for (boolean bias : new boolean[] {false, true}) {
      for (double scale : new double[] {1, 0.4}) {
        for (double cap : new double[] {0, 1.5}) {
          cases.add(score("q0f32", bias, scale, cap));
        }
      }
    }
    for (String scheme : Quantization.computed()) {
      cases.addAll(of(scheme));
    }
    cases.add(wholeTiles());
    return cases;
  }

  /// What reads a matrix as a scheme stores it.
  static List<OperationCase> of(String scheme) {
    return List.of(
        formatted(scheme, product(scheme, 1, 0.3, true, true)),
        formatted(scheme, embed(scheme)),
        formatted(scheme, score(scheme, true, 0.4, 1.5)));
  }

  private static void products(List<OperationCase> cases) {
    for (int parts : new int[] {1, 2}) {
      for (double scale : new double[] {1, 0.3}) {
        for (boolean bias : new boolean[] {false, true}) {
          for (boolean residual : new boolean[] {false, true}) {
            cases.add(product("q0f32", parts, scale, bias, residual));
          }
        }
      }
    }
  }

  private static OperationCase formatted(String scheme, OperationCase of) {
    return new OperationCase(scheme + ": " + of.name(), of.program(), of.weights());
  }

  private static GivenWeights weights(String scheme) {
    GivenWeights weights = new GivenWeights();
    Layout layout = scheme.endsWith("_0") ? Layout.KN : Layout.NK;
    for (Parameter each : List.of(FIRST, SECOND, HEAD)) {
      weights.with(
          each.name(),
          weights.matrix(Quantization.named(scheme), layout, each.outputs(), each.inputs()));
    }
    return weights
        .withVector(BIAS.name(), BIAS.outputs())
        .withVector(HEAD_BIAS.name(), HEAD_BIAS.outputs());
  }

  private static OperationCase product(
      String scheme, int parts, double scale, boolean bias, boolean residual) {
    List<Linear> linears =
        List.of(new Linear(FIRST, bias ? BIAS : null), Linear.of(SECOND)).subList(0, parts);
    int width = parts * OUTPUTS;
    View added = residual ? new View(X, DEPTH + 2, width) : null;
    return OperationCases.of(
        X,
        weights(scheme),
        new MatMul(INPUT, linears, scale, added, new Buffer("out", RowSpace.TOKENS, width)));
  }

  /// Outputs that fill every tile, with nothing added but a bias: a device may compute such
  /// products where they are stored.
  private static OperationCase wholeTiles() {
    Quantization floats = Quantization.named("q0f32");
    GivenWeights weights = weights("q0f32").withVector(TILES_BIAS.name(), TILES_BIAS.outputs());
    weights.with(TILES.name(), weights.matrix(floats, Layout.NK, TILES.outputs(), TILES.inputs()));
    List<Linear> linears = List.of(new Linear(TILES, TILES_BIAS));
    Buffer out = new Buffer("out", RowSpace.TOKENS, TILES.outputs());
    return OperationCases.of(X, weights, new MatMul(INPUT, linears, 1, null, out));
  }

  private static OperationCase embed(String scheme) {
    Buffer out = new Buffer("out", RowSpace.TOKENS, DEPTH);
    return OperationCases.of(X, weights(scheme), new Embed(HEAD, Embed.Index.TOKEN, 0, 3, out));
  }

  private static OperationCase score(String scheme, boolean bias, double scale, double cap) {
    Buffer x = new Buffer("x", RowSpace.TOKENS, DEPTH);
    Buffer selected = new Buffer("selected", RowSpace.SELECTED, DEPTH);
    return OperationCases.of(
        x,
        weights(scheme),
        new SelectRows(x.view(), selected),
        new Score(selected.view(), new Linear(HEAD, bias ? HEAD_BIAS : null), scale, cap));
  }
}
