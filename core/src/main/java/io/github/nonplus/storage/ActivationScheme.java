package io.github.nonplus.storage;

import io.github.nonplus.model.ConfigReader;
import java.util.Set;

/// What a configuration says of activations: how they would be rounded before a product.
///
/// @param type `int` or `float`
/// @param strategy `tensor`, `token`, `group`, …
/// @param dynamic whether scales follow from the activations, or are stored
record ActivationScheme(
    String type, int bits, String strategy, boolean dynamic, boolean symmetric, int group) {
  static ActivationScheme read(ConfigReader config) {
    ActivationScheme scheme =
        new ActivationScheme(
            config.stringOr("type", "int"),
            config.requiredInt("num_bits", 1),
            config.stringOr("strategy", "tensor"),
            config
                .find("dynamic")
                .map(value -> !value.isBoolean() || value.asBoolean())
                .orElse(false),
            config.booleanOr("symmetric", true),
            Math.max(0, config.intOr("group_size", -1, -1)));
    config.refuseUnknown(
        Set.of(
            "observer",
            "observer_kwargs",
            "actorder",
            "block_structure",
            "scale_dtype",
            "zp_dtype",
            "is_mx"));
    return scheme;
  }

  String text() {
    return "%s%d, a scale for each %s%s%s"
        .formatted(
            type,
            bits,
            group > 0 ? "%d of a token".formatted(group) : strategy,
            dynamic ? "" : ", stored",
            symmetric ? "" : ", with zero points");
  }
}
