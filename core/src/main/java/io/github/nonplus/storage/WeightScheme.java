package io.github.nonplus.storage;

import io.github.nonplus.model.ConfigReader;
import java.util.List;
import java.util.Set;

/// What a configuration of compressed-tensors says of the weights of a group of modules.
///
/// @param type `int` or `float`
/// @param group columns that share a scale, 0 for all of a row or of the matrix
/// @param blockRows of a block that shares a scale, 0 if there are none
record WeightScheme(
    String type, int bits, boolean symmetric, int group, int blockRows, int blockColumns) {
  static WeightScheme read(ConfigReader config) {
    String type = config.stringOr("type", "int");
    if (!Set.of("int", "float").contains(type)) {
      throw config.failure(
          "type is '%s', which is not read; expected int or float".formatted(type));
    }
    int bits = config.requiredInt("num_bits", 1);
    if (type.equals("int") ? bits > 8 : bits != 4 && bits != 8) {
      throw config.failure("num_bits is %d, which is not read for %s".formatted(bits, type));
    }
    if (config.booleanOr("dynamic", false)) {
      throw config.failure("dynamic is true; weights have no scales then");
    }
    String order =
        config.find("actorder").map(com.fasterxml.jackson.databind.JsonNode::asText).orElse("");
    if (order.equals("group") || order.equals("dynamic")) {
      throw config.failure(
          "actorder is %s: weights whose groups are in any order are not read"
              .formatted(config.shown("actorder")));
    }
    String strategy = config.stringOr("strategy", "");
    List<Double> block =
        config.isSet("block_structure") ? config.numbers("block_structure") : List.of();
    if (!block.isEmpty() && (block.size() != 2 || block.stream().anyMatch(each -> each < 1))) {
      throw config.failure("block_structure is " + config.shown("block_structure"));
    }
    int group = Math.max(0, config.intOr("group_size", -1, -1));
    WeightScheme scheme =
        new WeightScheme(
            type,
            bits,
            config.booleanOr("symmetric", true),
            strategy.equals("group") || strategy.equals("tensor_group") || strategy.isEmpty()
                ? group
                : 0,
            strategy.equals("block") && !block.isEmpty() ? block.get(0).intValue() : 0,
            strategy.equals("block") && !block.isEmpty() ? block.get(1).intValue() : 0);
    config.refuseUnknown(
        Set.of("actorder", "observer", "observer_kwargs", "scale_dtype", "zp_dtype", "is_mx"));
    return scheme;
  }

  /// Whether what is stored is what this says. A group that is as long as a row is one for all.
  boolean allows(WeightScheme stored) {
    return type.equals(stored.type)
        && bits == stored.bits
        && symmetric == stored.symmetric
        && (group == stored.group || stored.group == 0)
        && (blockRows == stored.blockRows || stored.blockRows == 0)
        && (blockColumns == stored.blockColumns || stored.blockColumns == 0);
  }

  String text() {
    return "%s%d%s%s"
        .formatted(
            type,
            bits,
            blockRows > 0
                ? " in blocks of %d x %d".formatted(blockRows, blockColumns)
                : group > 0 ? " in groups of " + group : "",
            symmetric ? "" : " with zero points");
  }
}
