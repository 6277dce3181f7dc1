package io.github.nonplus.reference.family;

import io.github.nonplus.model.ConfigReader;
import java.util.List;

/// A rotary position embedding as PyTorch's side of the check computes it: the inverse frequencies
/// of transformers' `ROPE_INIT_FUNCTIONS`, written down from their formulas.
///
/// @param base `rope_theta`
/// @param factor by which positions are stretched; 1 for the default type
/// @param original positions that the model was first trained on
/// @param bands the limits of `llama3` (in turns: low, high) or of `yarn` (slow, fast)
/// @param truncate whether yarn rounds the ends of its ramp to whole pairs
/// @param attentionFactor what cosine and sine are multiplied by
/// @param stretches by which `longrope` divides the frequency of each pair
public record Rotary(
    Type type,
    double base,
    double factor,
    int original,
    Bands bands,
    boolean truncate,
    double attentionFactor,
    Turning turning,
    Stretches stretches) {
  /// The scalings that are known.
  public enum Type {
    DEFAULT,
    LINEAR,
    DYNAMIC,
    LLAMA3,
    YARN,
    LONGROPE
  }

  /// Which elements of a head turn.
  ///
  /// @param part of them, from the first on
  /// @param neighbours whether an element turns with the next, and not with that half of them on
  public record Turning(double part, boolean neighbours) {}

  /// A divisor for each pair, in windows up to the original context and in longer ones.
  public record Stretches(List<Double> small, List<Double> large) {
    static final Stretches NONE = new Stretches(List.of(), List.of());
  }

  /// Turns within the original context: pairs that turn less often than `low` are stretched, those
  /// that turn more often than `high` are not.
  public record Bands(double low, double high) {
    static final Bands NONE = new Bands(0, 0);
  }

  /// The whole of each head, in halves, by a base alone.
  static Rotary plain(double base, int maxPositions) {
    return new Rotary(
        Type.DEFAULT,
        base,
        1,
        maxPositions,
        Bands.NONE,
        true,
        1,
        new Turning(1, false),
        Stretches.NONE);
  }

  /// Elements of a head that turn.
  public int width(int headSize) {
    return (int) (headSize * turning.part);
  }

  /// Refuses stretches of another number of pairs.
  void requirePairs(ConfigReader config, int pairs) {
    for (List<Double> list : List.of(stretches.small, stretches.large)) {
      if (type == Type.LONGROPE && list.size() != pairs) {
        throw config.failure(
            "long_factor and short_factor have %d and %d entries for %d pairs"
                .formatted(stretches.large.size(), stretches.small.size(), pairs));
      }
    }
  }

  /// Radians per position of each of the `width / 2` pairs that turn, in a window of `length`.
  public double[] frequencies(int width, int length) {
    double[] plain = new double[width / 2];
    double base = type == Type.DYNAMIC ? grownBase(width, length) : this.base;
    for (int pair = 0; pair < plain.length; pair++) {
      plain[pair] = 1 / Math.pow(base, 2.0 * pair / width);
    }
    double[] result = new double[plain.length];
    for (int pair = 0; pair < plain.length; pair++) {
      result[pair] =
          switch (type) {
            case DEFAULT, DYNAMIC -> plain[pair];
            case LINEAR -> plain[pair] / factor;
            case LLAMA3 -> mixed(plain[pair], banded(plain[pair]));
            case YARN -> mixed(plain[pair], 1 - ramp(pair, width));
            case LONGROPE ->
                plain[pair] / (length > original ? stretches.large : stretches.small).get(pair);
          };
    }
    return result;
  }

  /// The base that dynamic scaling gives to a window of `length` tokens.
  private double grownBase(int width, int length) {
    double tokens = Math.max(length, original);
    return base * Math.pow(factor * tokens / original - (factor - 1), width / (width - 2.0));
  }

  private double mixed(double frequency, double kept) {
    return kept * frequency + (1 - kept) * (frequency / factor);
  }

  private double banded(double frequency) {
    double turns = original * frequency / (2 * Math.PI);
    return Math.clamp((turns - bands.low) / (bands.high - bands.low), 0.0, 1.0);
  }

  /// From 0 at the pair that turns `bands.high` times to 1 at the one that turns `bands.low` times.
  private double ramp(int pair, int width) {
    double from = pairThatTurns(bands.high, width);
    double to = pairThatTurns(bands.low, width);
    if (truncate) {
      from = Math.floor(from);
      to = Math.ceil(to);
    }
    from = Math.max(from, 0);
    to = Math.min(to, width - 1);
    return Math.clamp((pair - from) / (from == to ? 0.001 : to - from), 0.0, 1.0);
  }

  private double pairThatTurns(double turns, int width) {
    return width * Math.log(original / (turns * 2 * Math.PI)) / (2 * Math.log(base));
  }
}
