package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.function.UnaryOperator;

/// Numbers as codes and back, which is what a product of a scheme that quantizes activations reads:
/// (nearest(x / s + z) − z) · s, where s and z are a group's scale and zero point. With a scale of
/// 0 it is 0.
public record FakeQuantize(View input, CodeNumbers codes, CodeScales scales, Buffer output)
    implements Writing {
  public FakeQuantize {
    Operation.require(input.width() == output.width(), input, output);
    Operation.require(
        scales.group() == 0 || input.width() % scales.group() == 0, input, scales + " of columns");
    CodeScales.requireNumbers(scales);
  }

  /// Columns that share a scale.
  public int groupWidth() {
    return scales.group() == 0 ? input.width() : scales.group();
  }

  /// What becomes of a number.
  public static float of(float x, CodeNumbers codes, CodeScales.Pair pair) {
    return pair.scale() == 0
        ? 0
        : (codes.nearest(x / pair.scale() + pair.zero()) - pair.zero()) * pair.scale();
  }

  @Override
  public String verb() {
    return "quantize";
  }

  @Override
  public String text() {
    return "%s = quantize %s to %s, scales %s".formatted(output, input, codes, scales);
  }

  @Override
  public List<Reading> readings() {
    return List.of(Reading.ownRow(input));
  }

  @Override
  public List<Parameter> parameters() {
    return scales.parameters();
  }

  /// A group is read as a whole before any of its numbers is written.
  @Override
  public List<View> replaceable() {
    return List.of(input);
  }

  @Override
  public long terms(int window) {
    return 1;
  }

  @Override
  public int roundings() {
    return 1;
  }

  /// However near two numbers are, they may be rounded to two codes.
  @Override
  public double jump() {
    return codes.widestStep();
  }

  @Override
  public FakeQuantize withInputs(UnaryOperator<View> change) {
    return new FakeQuantize(change.apply(input), codes, scales, output);
  }

  @Override
  public FakeQuantize withOutput(Buffer other) {
    return new FakeQuantize(input, codes, scales, other);
  }
}
