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

/// Chooses experts for each row, from one logit for each expert, and weighs them.
///
/// A score s is made of each logit; the experts with the largest c = s + bias are chosen, of those
/// with the same c the first. Their weights are s, which may be divided by their sum, times
/// `factor` and the expert's own scale. Where experts are in groups, only those of the best groups
/// can be chosen.
///
/// A row of the result has the numbers of the chosen experts, ascending; then their weights in the
/// same order; then the margin: how much smaller c may become before another expert is chosen, the
/// largest float32 where none can be.
///
/// @param logits a column for each expert
/// @param chosen how many experts are chosen for a row
/// @param bias of c, or null; a number for each expert
/// @param groups null for none
/// @param sum null where weights are not divided
/// @param scales null, or a number for each expert, which its weight is multiplied by
public record Route(
    View logits,
    int chosen,
    Scoring scoring,
    @JsonSetter(nulls = Nulls.SET) Parameter bias,
    @JsonSetter(nulls = Nulls.SET) Groups groups,
    @JsonSetter(nulls = Nulls.SET) Sum sum,
    double factor,
    @JsonSetter(nulls = Nulls.SET) Parameter scales,
    Buffer output)
    implements Writing {
  /// A margin at which the rounding of float32 may choose another expert: below about 1e-4 of
  /// scores that are at most 1.
  public static final float SMALL_MARGIN = 0x1p-13f;

  /// What a score is.
  public enum Scoring {
    /// e^logit / Σ e^logit.
    SOFTMAX,
    /// 1 / (1 + e^−logit).
    SIGMOID,
    /// Of two experts: the first has the largest logit z, and as its weight the softmax over those
    /// with (largest − z) / max(|z|, largest) ≤ [#SPARSE_BAND]; the second is the first of the
    /// others by the same law. c is the logit.
    SPARSE
  }

  /// Twice the jitter that sparse routers were trained with.
  public static final float SPARSE_BAND = 0.02f;

  /// Experts side by side in groups of the same size, of which only the best are considered.
  ///
  /// @param best how many of a group's largest c its score is the sum of
  public record Groups(int count, int kept, int best) {}

  /// What weights are divided by: max(their sum + added, least).
  public record Sum(double added, double least) {
    public Sum {
      Operation.require(added >= 0 && Double.isFinite(added), "added to a sum", added);
      Operation.require(least >= 0 && Double.isFinite(least), "the least sum", least);
    }

    /// Their sum.
    public static Sum plain() {
      return new Sum(0, 0);
    }
  }

  public Route {
    Objects.requireNonNull(scoring);
    int experts = logits.width();
    Operation.require(chosen > 0 && chosen <= experts, chosen, logits);
    Operation.require(output.width() == width(chosen), logits, output);
    Operation.requireFinite("the factor of experts", factor);
    for (Parameter each :
        Stream.of(bias, scales).filter(Objects::nonNull).toArray(Parameter[]::new)) {
      Operation.require(each.shape().equals(List.of(experts)), each, logits);
    }
    if (groups != null) {
      boolean fits =
          groups.count() > 0
              && experts % groups.count() == 0
              && groups.kept() > 0
              && groups.kept() <= groups.count()
              && groups.best() > 0
              && groups.best() <= experts / groups.count()
              && chosen <= experts / groups.count() * groups.kept();
      Operation.require(fits, groups, logits);
    }
    if (scoring == Scoring.SPARSE) {
      boolean fits = chosen == 2 && bias == null && groups == null && sum == null;
      Operation.require(fits && experts > 2, "a sparse router", logits);
    }
  }

  /// Columns of a result for so many chosen experts.
  public static int width(int chosen) {
    return 2 * chosen + 1;
  }

  /// The column of the margin.
  public static int margin(int chosen) {
    return 2 * chosen;
  }

  /// How many experts there are.
  public int experts() {
    return logits.width();
  }

  public Optional<Parameter> findBias() {
    return Optional.ofNullable(bias);
  }

  public Optional<Parameter> findScales() {
    return Optional.ofNullable(scales);
  }

  @Override
  public String verb() {
    return "route";
  }

  @Override
  public String text() {
    return "%s = route %s to %d of %d by %s%s%s%s%s%s"
        .formatted(
            output,
            logits,
            chosen,
            experts(),
            scoring.name().toLowerCase(java.util.Locale.ROOT),
            bias == null ? "" : " bias " + bias,
            groups == null
                ? ""
                : " in the best %d of %d groups by their best %d"
                    .formatted(groups.kept(), groups.count(), groups.best()),
            sum == null ? "" : " over max(sum + %s, %s)".formatted(sum.added(), sum.least()),
            factor == 1 ? "" : " times " + factor,
            scales == null ? "" : " times " + scales);
  }

  @Override
  public List<Reading> readings() {
    return List.of(Reading.ownRow(logits));
  }

  @Override
  public List<Parameter> parameters() {
    return Stream.of(bias, scales).filter(Objects::nonNull).toList();
  }

  @Override
  public long terms(int window) {
    return experts();
  }

  /// The same by another law.
  ///
  /// @param other null where weights are not divided by their sum
  public Route scoredBy(Scoring law, Sum other) {
    return new Route(logits, chosen, law, bias, groups, other, factor, scales, output);
  }

  /// It is float32 on every device.
  @Override
  public int roundings() {
    return 0;
  }

  @Override
  public Route withInputs(UnaryOperator<View> change) {
    return new Route(
        change.apply(logits), chosen, scoring, bias, groups, sum, factor, scales, output);
  }

  @Override
  public Route withOutput(Buffer other) {
    return new Route(logits, chosen, scoring, bias, groups, sum, factor, scales, other);
  }
}
