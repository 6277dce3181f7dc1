package io.github.nonplus.storage;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.program.op.CodeNumbers;
import io.github.nonplus.program.op.CodeScales;
import io.github.nonplus.program.operand.Parameter;
import java.util.Optional;
import java.util.Set;

/// What a configuration of compressed-tensors says of activations: how they are rounded before a
/// product.
///
/// @param type `int` or `float`
/// @param strategy `tensor`, `token`, `group`, …
/// @param dynamic whether scales follow from the activations, or are stored
/// @param local whether they follow in units of a stored number
/// @param scaleType that scales are rounded to, as PyTorch calls it; empty if nothing is said
record ActivationScheme(
    String type,
    int bits,
    String strategy,
    boolean dynamic,
    boolean local,
    boolean symmetric,
    int group,
    String scaleType) {
  static final String SCALE = ".input_scale";
  private static final String ZERO = ".input_zero_point";
  private static final String UNITS = ".input_global_scale";

  /// Groups of the Open Compute Project's MX formats, whose scales are powers of two.
  private static final int MX_GROUP = 32;

  static ActivationScheme read(ConfigReader config) {
    Optional<JsonNode> dynamic = config.find("dynamic");
    int group = Math.max(0, config.intOr("group_size", -1, -1));
    ActivationScheme scheme =
        new ActivationScheme(
            config.stringOr("type", "int"),
            config.requiredInt("num_bits", 1),
            config.stringOr("strategy", group > 0 ? "group" : "tensor"),
            dynamic.map(value -> !value.isBoolean() || value.asBoolean()).orElse(false),
            dynamic.filter(value -> value.asText().equals("local")).isPresent(),
            config.booleanOr("symmetric", true),
            group,
            config.stringOr("scale_dtype", "").replace("torch.", ""));
    config.refuseUnknown(
        Set.of("observer", "observer_kwargs", "actorder", "block_structure", "zp_dtype", "is_mx"));
    return scheme;
  }

  String text() {
    return "%s%d, a scale for each %s%s%s"
        .formatted(
            type,
            bits,
            group > 0 ? "%d of a token".formatted(group) : strategy,
            local ? ", in stored units" : dynamic ? "" : ", stored",
            symmetric ? "" : ", with zero points");
  }

  /// As an operation has it.
  ///
  /// @param parts of the product's matrix
  InputCodes inputs(Parts parts) {
    CodeNumbers codes = codes(parts);
    CodeScales scales =
        switch (strategy) {
          case "token" -> token(parts, codes);
          case "tensor" -> stored(parts, codes);
          case "group" -> group(parts, codes);
          case "tensor_group" -> local(parts, codes);
          default -> throw notComputed(parts, "a scale for each " + strategy);
        };
    return new InputCodes(codes, scales);
  }

  private CodeNumbers codes(Parts parts) {
    if (type.equals("int") && bits >= 2 && bits <= 8) {
      return new CodeNumbers(CodeNumbers.Kind.INT, bits);
    }
    if (type.equals("float") && symmetric && (bits == 4 || bits == 8)) {
      return new CodeNumbers(CodeNumbers.Kind.FLOAT, bits);
    }
    throw notComputed(parts, "codes of type %s and %d bits".formatted(type, bits));
  }

  private CodeScales token(Parts parts, CodeNumbers codes) {
    if (!dynamic) {
      throw notComputed(parts, "stored scales of tokens");
    }
    requireScaleType(parts, "");
    return symmetric ? new CodeScales.Largest(0, halfRange(codes), false) : new CodeScales.Range(0);
  }

  private CodeScales stored(Parts parts, CodeNumbers codes) {
    if (dynamic) {
      throw notComputed(
          parts, "a scale for all tokens of a batch, which depends on what else is in it");
    }
    Parameter zero =
        codes.kind() == CodeNumbers.Kind.INT && parts.has(ZERO) ? parts.number(ZERO) : null;
    return new CodeScales.Stored(parts.number(SCALE), zero);
  }

  private CodeScales group(Parts parts, CodeNumbers codes) {
    if (!dynamic || !symmetric || group == 0) {
      throw notComputed(parts, text());
    }
    boolean small = codes.kind() == CodeNumbers.Kind.FLOAT;
    if (small && group == MX_GROUP && (codes.bits() == 4 || scaleType.equals("uint8"))) {
      requireScaleType(parts, "uint8");
      return new CodeScales.PowerOfTwo(group, Math.getExponent(codes.most()));
    }
    requireScaleType(parts, "");
    return new CodeScales.Largest(group, halfRange(codes), false);
  }

  private CodeScales local(Parts parts, CodeNumbers codes) {
    if (!local || group == 0) {
      throw notComputed(parts, text());
    }
    requireScaleType(parts, "float8_e4m3fn");
    return new CodeScales.Local(group, parts.number(UNITS), true);
  }

  private void requireScaleType(Parts parts, String expected) {
    if (!scaleType.isEmpty() && !scaleType.equals(expected)) {
      throw notComputed(parts, "scales in " + scaleType);
    }
  }

  /// What the largest absolute value is divided by.
  private static double halfRange(CodeNumbers codes) {
    return ((double) codes.most() - codes.least()) / 2;
  }

  private static WeightsException notComputed(Parts parts, String what) {
    return parts.notComputed(what);
  }
}
