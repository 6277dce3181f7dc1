package io.github.nonplus.storage;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.codes.CodeType;
import io.github.nonplus.weights.codes.ScaleType;
import io.github.nonplus.weights.codes.Scaled;
import io.github.nonplus.weights.codes.Scaled.Second;
import io.github.nonplus.weights.codes.Scaled.Zeros;
import io.github.nonplus.weights.safetensors.RawTensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What mlx-lm writes: words of codes, scales and biases, with embedding and head; or mxfp4, nvfp4
/// and mxfp8, which have no biases. Bits and groups of a matrix follow from its shapes, so layers
/// with settings of their own need no list.
///
/// @param modes of the configuration; empty for any
record Mlx(String name, Set<String> modes, Decoding decoding) implements Storage {
  private static final String AFFINE = "affine";

  /// The experts of a layer in one tensor, where others name each by itself.
  private static final String STACKED = ".switch_mlp.";

  private static final Pattern EXPERT = Pattern.compile("(.*)\\.experts\\.(\\d{1,6})\\.(.*)");

  /// Codes and scales of the modes without biases, by bits and columns of a group.
  private record Mode(String name, int bits, int group, CodeType code, ScaleType scale) {}

  private static final List<Mode> MODES =
      List.of(
          new Mode("mxfp4", 4, 32, CodeType.E2M1, ScaleType.E8M0),
          new Mode("nvfp4", 4, 16, CodeType.E2M1, ScaleType.E4M3),
          new Mode("mxfp8", 8, 32, CodeType.E4M3, ScaleType.E8M0));

  static Storage read(Declaration declared) {
    ConfigReader config = declared.config();
    int bits = config.requiredInt("bits", 1);
    int group = config.requiredInt("group_size", 1);
    Set<String> modes = new java.util.TreeSet<>();
    modes.add(config.stringOr("mode", AFFINE));
    for (Map.Entry<String, JsonNode> entry : config.json().properties()) {
      if (entry.getValue().isObject()) {
        config.findObject(entry.getKey()).ifPresent(each -> modes.add(layer(each)));
      } else if (entry.getValue().isBoolean()) {
        config.booleanOr(entry.getKey(), false);
      }
    }
    for (String mode : modes) {
      if (!mode.equals(AFFINE) && MODES.stream().noneMatch(each -> each.name().equals(mode))) {
        throw config.failure(
            "mode is '%s', which is not read; expected affine, mxfp4, nvfp4 or mxfp8"
                .formatted(mode));
      }
    }
    String mode = config.stringOr("mode", AFFINE);
    declared.refuseUnknown(Set.of("quant_method"));
    return new Mlx(
        mode.equals(AFFINE) ? "mlx-%dbit-g%d".formatted(bits, group) : "mlx-" + mode,
        Set.copyOf(modes),
        declared.decoding());
  }

  /// The mode of a layer with settings of its own.
  private static String layer(ConfigReader config) {
    config.intOr("bits", 1, 4);
    config.intOr("group_size", 1, 64);
    String mode = config.stringOr("mode", AFFINE);
    config.refuseUnknown(Set.of());
    return mode;
  }

  static Storage silent(Decoding decoding) {
    return new Mlx("mlx", Set.of(), decoding);
  }

  @Override
  public Map<String, String> endings() {
    return Map.of(".scales", ".weight", ".biases", ".weight");
  }

  /// The first expert stands for all that are stacked.
  @Override
  public String parameterOf(String stored) {
    return Storage.super.parameterOf(stored).replace(STACKED, ".experts.0.");
  }

  @Override
  public Optional<Matrix> find(Parts parts, int rows, int columns) {
    Matcher expert = EXPERT.matcher(parts.module());
    return parts.has(".scales") || !expert.matches()
        ? own(parts, rows, columns)
        : expert(parts, expert, rows, columns);
  }

  /// One of the experts of a layer, which are stored as one tensor.
  private Optional<Matrix> expert(Parts parts, Matcher expert, int rows, int columns) {
    Parts all = parts.of(expert.group(1) + STACKED + expert.group(3));
    if (!all.has(".scales")) {
      return Optional.empty();
    }
    List<Long> shape = all.require(".weight", List.of("U32")).shape();
    int number = Integer.parseInt(expert.group(2));
    if (shape.size() != 3
        || shape.get(1) != rows
        || shape.get(0) > Integer.MAX_VALUE / Math.max(1, rows)
        || number >= shape.get(0)) {
      throw all.failure(
          all.require(".weight"),
          "has shape " + shape,
          "[experts, %d, words] with an expert %d".formatted(rows, number));
    }
    int experts = Math.toIntExact(shape.get(0));
    return own(all, experts * rows, columns)
        .map(matrix -> matrix.slice(number * rows, (number + 1) * rows));
  }

  private Optional<Matrix> own(Parts parts, int rows, int columns) {
    if (!parts.has(".scales")) {
      return Optional.empty();
    }
    RawTensor words = parts.require(".weight", List.of("U32"));
    List<Long> shape = words.shape();
    int bits = 0;
    for (int candidate : List.of(2, 3, 4, 5, 6, 8)) {
      long expected = Math.ceilDiv((long) columns * candidate, 32L);
      if (shape.size() > 1 && shape.getLast() == expected && count(shape) == rows * expected) {
        bits = candidate;
      }
    }
    if (bits == 0) {
      throw parts.failure(
          words,
          "has shape " + shape,
          "%d rows of %d codes of 2, 3, 4, 5, 6 or 8 bits".formatted(rows, columns));
    }
    return Optional.of(
        parts.has(".biases")
            ? affine(parts, words, bits, rows, columns)
            : floating(parts, words, bits, rows, columns));
  }

  private static long count(List<Long> shape) {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }

  private Matrix affine(Parts parts, RawTensor words, int bits, int rows, int columns) {
    require(parts, AFFINE);
    RawTensor scales = parts.require(".scales", Types.FLOATS);
    RawTensor biases = parts.require(".biases", List.of(scales.type()), List.of(scales.shape()));
    ElementType type = Types.floating(scales.type());
    Scaled format =
        new Scaled(
            new Scaled.CodeRows(CodeType.UNSIGNED, bits, 4),
            new Scaled.Scales(Types.scale(scales.type()), 1, group(parts, scales, rows, columns)),
            Second.NONE,
            Zeros.BIASES,
            decoding.rounding(type));
    return parts.matrix(format, rows, columns, List.of(words, scales, biases));
  }

  private Matrix floating(Parts parts, RawTensor words, int bits, int rows, int columns) {
    RawTensor scales = parts.require(".scales", List.of("U8"));
    int group = group(parts, scales, rows, columns);
    Mode mode =
        MODES.stream()
            .filter(each -> each.bits() == bits && each.group() == group)
            .findFirst()
            .orElseThrow(
                () ->
                    parts.failure(
                        "has no biases, %d bits and groups of %d, which is no mode of MLX"
                            .formatted(bits, group)));
    require(parts, mode.name());
    Scaled format =
        new Scaled(
            new Scaled.CodeRows(mode.code(), bits, 4),
            new Scaled.Scales(mode.scale(), 1, group),
            Second.NONE,
            Zeros.NONE,
            ElementType.FLOAT32);
    return parts.matrix(format, rows, columns, List.of(words, scales));
  }

  private void require(Parts parts, String mode) {
    if (!modes.isEmpty() && !modes.contains(mode)) {
      throw parts.failure(
          "is stored as %s, but config.json has %s".formatted(mode, String.join(", ", modes)));
    }
  }

  /// Columns of a group, which divide a row.
  private static int group(Parts parts, RawTensor scales, int rows, int columns) {
    List<Long> shape = scales.shape();
    long groups = shape.isEmpty() ? 0 : shape.getLast();
    if (groups < 1 || columns % groups != 0 || count(shape) != rows * groups) {
      throw parts.failure(
          scales,
          "has shape " + shape,
          "groups of %d rows that divide %d columns".formatted(rows, columns));
    }
    return Math.toIntExact(columns / groups);
  }
}
