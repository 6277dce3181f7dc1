package io.github.nonplus.program.op;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Norm of each group of columns of a row: (x − m) / sqrt(mean((x − m)²) + epsilon) · (offset +
/// weight) + bias, where m is the group's mean for [Kind#LAYER] and 0 for [Kind#RMS].
///
/// @param groups into which the columns are cut: 1 for the whole row, the number of heads for a
///   norm of each head
/// @param weight null for none (a factor of 1); as long as a group, shared by all of them, or as
///   long as the row
/// @param bias null for none; as long as the weight
/// @param offset added to the weight: 1 where checkpoints store what is beyond 1
public record Norm(
    View input,
    Kind kind,
    int groups,
    @JsonSetter(nulls = Nulls.SET) Parameter weight,
    @JsonSetter(nulls = Nulls.SET) Parameter bias,
    double offset,
    double epsilon,
    Buffer output)
    implements Writing {
  /// Whether the mean is subtracted.
  public enum Kind {
    RMS,
    LAYER
  }

  public Norm {
    Objects.requireNonNull(kind);
    Operation.require(input.width() == output.width(), input, output);
    Operation.require(groups > 0 && input.width() % groups == 0, input, groups);
    Operation.require(epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY, input, epsilon);
    Operation.requireFinite("the offset of a norm", offset);
    int group = input.width() / groups;
    for (Parameter each :
        Stream.of(weight, bias).filter(Objects::nonNull).toArray(Parameter[]::new)) {
      boolean fits = each.outputs() == group || each.outputs() == input.width();
      Operation.require(fits && each.shape().size() == 1, each, input);
    }
  }

  /// Root mean square norm of whole rows.
  public static Norm rms(View input, Parameter weight, double epsilon, Buffer output) {
    return new Norm(input, Kind.RMS, 1, weight, null, 0, epsilon, output);
  }

  /// The same of another kind.
  public Norm withKind(Kind other) {
    return new Norm(input, other, groups, weight, bias, offset, epsilon, output);
  }

  /// The same with another offset.
  public Norm withOffset(double added) {
    return new Norm(input, kind, groups, weight, bias, added, epsilon, output);
  }

  /// The same with another number beneath the root.
  public Norm withEpsilon(double other) {
    return new Norm(input, kind, groups, weight, bias, offset, other, output);
  }

  /// The same of other groups.
  public Norm withGroups(int other) {
    return new Norm(input, kind, other, weight, bias, offset, epsilon, output);
  }

  /// Columns of a group.
  public int groupWidth() {
    return input.width() / groups;
  }

  public Optional<Parameter> findWeight() {
    return Optional.ofNullable(weight);
  }

  public Optional<Parameter> findBias() {
    return Optional.ofNullable(bias);
  }

  @Override
  public String verb() {
    return "norm";
  }

  @Override
  public String text() {
    return "%s = %s norm %s%s%s%s%s epsilon %s"
        .formatted(
            output,
            kind.name().toLowerCase(java.util.Locale.ROOT),
            input,
            groups == 1 ? "" : " in groups of " + groupWidth(),
            weight == null ? "" : " weight " + weight,
            offset == 0 ? "" : " + " + offset,
            bias == null ? "" : " bias " + bias,
            epsilon);
  }

  @Override
  public List<Reading> readings() {
    return List.of(Reading.ownRow(input));
  }

  @Override
  public List<Parameter> parameters() {
    return Stream.of(weight, bias).filter(Objects::nonNull).toList();
  }

  @Override
  public long terms(int window) {
    return groupWidth();
  }

  @Override
  public int roundings() {
    return 1;
  }

  @Override
  public Norm withInputs(UnaryOperator<View> change) {
    return new Norm(change.apply(input), kind, groups, weight, bias, offset, epsilon, output);
  }

  @Override
  public Norm withOutput(Buffer other) {
    return new Norm(input, kind, groups, weight, bias, offset, epsilon, other);
  }
}
