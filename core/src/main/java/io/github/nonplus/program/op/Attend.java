package io.github.nonplus.program.op;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Attention within each window: for each query head, softmax over the keys that its mask shows of
/// the scores s(j) = cap(query · key(j) · scale) + slope · (j − i), times the values, with i and j
/// the positions of query and key; what a key adds to its scores may be given. Query head h reads
/// key and value head h / (query heads / key heads). Where `output` has the selected rows, only
/// their queries are computed.
///
/// @param keySize columns of a head of queries and keys
/// @param valueSize columns of a head of values and of the output
/// @param slopes of ALiBi, one for each query head; empty for none
/// @param softCap c of cap(s) = c · tanh(s / c); 0 for none
/// @param sinks null, or for each query head a further score, which takes part in the softmax and
///   brings no value
/// @param chosen null, or a choice of keys: a query sees no others
/// @param keyBias null, or a column for each key head: what is added to the scores of a key
public record Attend(
    View query,
    View key,
    View value,
    int keySize,
    int valueSize,
    Mask mask,
    List<Double> slopes,
    double softCap,
    @JsonSetter(nulls = Nulls.SET) Parameter sinks,
    @JsonSetter(nulls = Nulls.SET) Chosen chosen,
    @JsonSetter(nulls = Nulls.SET) View keyBias,
    double scale,
    Buffer output)
    implements Writing {
  /// Keys that were chosen, for all heads, or for each key head.
  ///
  /// @param keys the whole result of a [SelectKeys]
  /// @param kept of each choice
  public record Chosen(View keys, int kept) {
    public Chosen {
      boolean isWhole = keys.width() == keys.buffer().width();
      Operation.require(kept > 0 && isWhole && (keys.width() - 1) % kept == 0, keys, kept);
    }

    /// How many choices there are of one query.
    public int choices() {
      return (keys.width() - 1) / kept;
    }
  }

  public Attend {
    slopes = List.copyOf(slopes);
    Objects.requireNonNull(mask);
    Operation.require(keySize > 0 && query.width() % keySize == 0, query, keySize);
    Operation.require(key.width() % keySize == 0 && query.width() % key.width() == 0, query, key);
    int heads = query.width() / keySize;
    boolean valuesFit =
        valueSize > 0
            && value.width() == (long) key.width() / keySize * valueSize
            && output.width() == (long) heads * valueSize;
    Operation.require(valuesFit, value, output);
    Operation.require(slopes.isEmpty() || slopes.size() == heads, slopes, query);
    Operation.require(sinks == null || sinks.shape().equals(List.of(heads)), sinks, query);
    if (chosen != null) {
      boolean fits = chosen.choices() == 1 || chosen.choices() == key.width() / keySize;
      Operation.require(fits && mask instanceof Mask.Causal, chosen, mask);
    }
    Operation.require(keyBias == null || keyBias.width() == key.width() / keySize, keyBias, key);
    slopes.forEach(slope -> Operation.requireFinite("a slope", slope));
    Operation.require(softCap >= 0 && Double.isFinite(softCap), "a soft cap", softCap);
    Operation.require(scale > 0 && Double.isFinite(scale), "the scale of scores", scale);
  }

  /// Attention to all keys that the mask shows, by their scores alone.
  public Attend(
      View query,
      View key,
      View value,
      int keySize,
      int valueSize,
      Mask mask,
      List<Double> slopes,
      double softCap,
      Parameter sinks,
      double scale,
      Buffer output) {
    this(
        query, key, value, keySize, valueSize, mask, slopes, softCap, sinks, null, null, scale,
        output);
  }

  /// Causal attention without anything else.
  public static Attend causal(
      View query, View key, View value, int headSize, double scale, Buffer output) {
    return new Attend(
        query, key, value, headSize, headSize, Mask.CAUSAL, List.of(), 0, null, scale, output);
  }

  /// The same with another mask.
  public Attend masked(Mask other) {
    return new Attend(
        query, key, value, keySize, valueSize, other, slopes, softCap, sinks, chosen, keyBias,
        scale, output);
  }

  /// The same with scores multiplied by another number.
  public Attend scaledBy(double factor) {
    return new Attend(
        query, key, value, keySize, valueSize, mask, slopes, softCap, sinks, chosen, keyBias,
        factor, output);
  }

  /// The same without a soft cap.
  public Attend uncapped() {
    return new Attend(
        query, key, value, keySize, valueSize, mask, slopes, 0, sinks, chosen, keyBias, scale,
        output);
  }

  /// The same to keys that were chosen, with what keys add to their scores.
  ///
  /// @param choice null for all keys
  /// @param bias null for nothing
  public Attend among(Chosen choice, View bias) {
    return new Attend(
        query, key, value, keySize, valueSize, mask, slopes, softCap, sinks, choice, bias, scale,
        output);
  }

  /// The first column of the choice for a key head, of those that were chosen.
  public int choiceOf(int keyHead) {
    return chosen.choices() == 1 ? 0 : keyHead * chosen.kept();
  }

  /// Number of query heads.
  public int heads() {
    return query.width() / keySize;
  }

  /// Number of key heads.
  public int keyHeads() {
    return key.width() / keySize;
  }

  /// Query heads that share one key head.
  public int headsPerKey() {
    return heads() / keyHeads();
  }

  public Optional<Parameter> findSinks() {
    return Optional.ofNullable(sinks);
  }

  @Override
  public String verb() {
    return "attend";
  }

  @Override
  public String text() {
    return "%s = attend %s to keys %s values %s heads of %d%s%s scale %s%s%s%s%s%s"
        .formatted(
            output,
            query,
            key,
            value,
            keySize,
            valueSize == keySize ? "" : " and " + valueSize,
            mask instanceof Mask.Causal ? "" : " " + mask,
            scale,
            slopes.isEmpty() ? "" : " slopes " + slopes,
            softCap == 0 ? "" : " cap " + softCap,
            sinks == null ? "" : " sinks " + sinks,
            chosen == null ? "" : " among %d of %s".formatted(chosen.kept(), chosen.keys()),
            keyBias == null ? "" : " plus " + keyBias);
  }

  /// Keys and values are needed of all tokens, whichever queries are asked; queries lie at the rows
  /// of their tokens.
  @Override
  public List<Reading> readings() {
    return Stream.of(query, key, value, chosen == null ? null : chosen.keys(), keyBias)
        .filter(Objects::nonNull)
        .map(Reading::allRows)
        .toList();
  }

  /// Queries of the selected rows are found among all.
  @Override
  public boolean narrows() {
    return true;
  }

  @Override
  public List<Parameter> parameters() {
    return findSinks().stream().toList();
  }

  @Override
  public boolean rowsFit() {
    return inputs().stream().allMatch(view -> view.buffer().rows().equals(RowSpace.TOKENS));
  }

  @Override
  public long terms(int window) {
    return (long) keySize + window;
  }

  /// The weights of values, then the result.
  @Override
  public int roundings() {
    return 2;
  }

  @Override
  public Attend withInputs(UnaryOperator<View> change) {
    return new Attend(
        change.apply(query),
        change.apply(key),
        change.apply(value),
        keySize,
        valueSize,
        mask,
        slopes,
        softCap,
        sinks,
        chosen == null ? null : new Chosen(change.apply(chosen.keys()), chosen.kept()),
        keyBias == null ? null : change.apply(keyBias),
        scale,
        output);
  }

  @Override
  public Attend withOutput(Buffer other) {
    return new Attend(
        query, key, value, keySize, valueSize, mask, slopes, softCap, sinks, chosen, keyBias, scale,
        other);
  }
}
