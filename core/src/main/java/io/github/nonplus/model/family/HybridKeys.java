package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;

/// The keys under which hybrids say their state spaces: `mamba_n_heads` and its like.
final class HybridKeys {
  private HybridKeys() {}

  /// The shape of a state space.
  ///
  /// @param width of all heads
  /// @param limits the least and the most of a step
  static StateSpace.Shape shape(ConfigReader config, int width, double[] limits) {
    int heads = config.intOr("mamba_n_heads", 1, 128);
    boolean follows =
        config.find("mamba_d_head").filter(value -> value.asText().equals("auto")).isPresent();
    int size = follows ? width / heads : config.intOr("mamba_d_head", 1, 64);
    if ((long) heads * size != width) {
      throw config.failure(
          "mamba_n_heads %d of mamba_d_head %d do not make up %d columns"
              .formatted(heads, size, width));
    }
    return new StateSpace.Shape(
        heads,
        size,
        config.intOr("mamba_n_groups", 1, 1),
        config.intOr("mamba_d_state", 1, 256),
        config.intOr("mamba_d_conv", 1, 4),
        limits[0],
        limits[1]);
  }

  /// The same where `mamba_expand` says the width.
  static StateSpace.Shape shape(ConfigReader config, int hidden) {
    int width = Math.multiplyExact(config.intOr("mamba_expand", 1, 2), hidden);
    return shape(config, width, StateSpace.limits(config));
  }
}
