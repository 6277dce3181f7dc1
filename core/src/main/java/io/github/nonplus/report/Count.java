package io.github.nonplus.report;

/// So many of something, in words.
public final class Count {
  private Count() {}

  /// `1 shard`, `2 shards`.
  public static String of(long number, String noun) {
    return "%d %s%s".formatted(number, noun, number == 1 ? "" : "s");
  }
}
