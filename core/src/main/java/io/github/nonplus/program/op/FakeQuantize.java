package io.github.nonplus.program.op;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Experts;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Numbers as codes and back, which is what a product of a scheme that quantizes activations reads:
/// (nearest(x / s + z) − z) · s, where s and z are a group's scale and zero point. With a scale of
/// 0 it is 0.
///
/// @param routed null unless stored numbers are those of the expert that a row is for
public record FakeQuantize(
    View input,
    CodeNumbers codes,
    CodeScales scales,
    @JsonSetter(nulls = Nulls.SET) Routed routed,
    Buffer output)
    implements Writing {
  /// Rows of experts, in the names of whose parameters [Experts#NUMBER] stands for the expert's
  /// number.
  public record Routed(View routing, int experts) {
    public Routed {
      Operation.require(experts > 0, routing, experts + " experts");
    }
  }

  public FakeQuantize {
    Operation.require(input.width() == output.width(), input, output);
    Operation.require(
        scales.group() == 0 || input.width() % scales.group() == 0, input, scales + " of columns");
    CodeScales.requireNumbers(scales);
    if (routed != null) {
      RoutedRows.each(output, routed.routing());
    }
  }

  /// With the same stored numbers for all rows.
  public static FakeQuantize of(View input, CodeNumbers codes, CodeScales scales, Buffer output) {
    return new FakeQuantize(input, codes, scales, null, output);
  }

  /// The parameters of the scales of rows of one expert, or of all rows.
  public List<Parameter> parameters(int expert) {
    return scales.parameters().stream()
        .map(each -> each.name().replace(Experts.NUMBER, Integer.toString(expert)))
        .map(name -> Parameter.vector(name, 1))
        .toList();
  }

  /// How many experts have numbers of their own, or 1.
  public int experts() {
    return routed == null ? 1 : routed.experts();
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
    return "%s = quantize %s%s to %s, scales %s"
        .formatted(
            output, input, routed == null ? "" : " routed by " + routed.routing(), codes, scales);
  }

  @Override
  public List<Reading> readings() {
    return routed == null
        ? List.of(Reading.ownRow(input))
        : List.of(Reading.ownRow(input), Reading.ownRow(routed.routing()));
  }

  @Override
  public List<Parameter> parameters() {
    return routed == null
        ? scales.parameters()
        : IntStream.range(0, routed.experts())
            .mapToObj(this::parameters)
            .flatMap(List::stream)
            .toList();
  }

  @Override
  public Optional<View> findRouting() {
    return Optional.ofNullable(routed).map(Routed::routing);
  }

  @Override
  public boolean rowsFit() {
    return input.buffer().rows().equals(output.rows())
        && (routed == null || RoutedRows.of(output).equals(routed.routing().buffer().rows()));
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
    Routed changed =
        routed == null ? null : new Routed(change.apply(routed.routing()), routed.experts());
    return new FakeQuantize(change.apply(input), codes, scales, changed, output);
  }

  @Override
  public FakeQuantize withOutput(Buffer other) {
    return new FakeQuantize(input, codes, scales, routed, other);
  }
}
