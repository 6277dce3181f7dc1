package io.github.nonplus.storage;

import io.github.nonplus.weights.codes.CodeType;
import io.github.nonplus.weights.codes.ScaleType;
import io.github.nonplus.weights.codes.Scaled;
import io.github.nonplus.weights.safetensors.RawTensor;
import java.util.List;

/// What several storages have in common: a scale for all weights, for each row, or for each block.
final class ScaledCodes {
  static final Scaled.CodeRows INT8 = new Scaled.CodeRows(CodeType.SIGNED, 8, 1);
  static final Scaled.CodeRows E4M3 = new Scaled.CodeRows(CodeType.E4M3, 8, 1);
  static final Scaled.CodeRows E2M1 = new Scaled.CodeRows(CodeType.E2M1, 4, 1);

  private ScaledCodes() {}

  /// What the shape of scales says of blocks: one number for all, a column for each row, or [rows /
  /// block rows, columns / block columns] where blocks are known.
  ///
  /// @param blockRows of the configuration, 0 if it says nothing
  static Scaled.Scales blocks(
      Parts parts,
      RawTensor scales,
      ScaleType type,
      int rows,
      int columns,
      int blockRows,
      int blockColumns) {
    List<Long> shape = scales.shape();
    if (blockRows > 0 && blockColumns > 0) {
      List<Long> grid =
          Parts.shape(Math.ceilDiv(rows, blockRows), Math.ceilDiv(columns, blockColumns));
      if (shape.equals(grid)) {
        return new Scaled.Scales(type, blockRows, blockColumns);
      }
    }
    if (shape.isEmpty() || shape.equals(List.of(1L)) || shape.equals(List.of(1L, 1L))) {
      return new Scaled.Scales(type, 0, 0);
    }
    if (shape.equals(Parts.shape(rows)) || shape.equals(Parts.shape(rows, 1))) {
      return new Scaled.Scales(type, 1, 0);
    }
    throw parts.failure(
        scales,
        "has shape " + shape,
        "a scale for all of %d x %d weights, for each row%s"
            .formatted(
                rows,
                columns,
                blockRows > 0
                    ? ", or for each %d x %d of them".formatted(blockRows, blockColumns)
                    : ""));
  }

  /// Columns of a group, by the scales of a row; 0 for all.
  static int group(Parts parts, RawTensor scales, int rows, int columns) {
    List<Long> shape = scales.shape();
    if (shape.size() == 2 && shape.get(0) == rows) {
      long groups = shape.get(1);
      if (groups == 1) {
        return 0;
      }
      if (groups > 1 && columns % groups == 0) {
        return Math.toIntExact(columns / groups);
      }
    }
    throw parts.failure(
        scales,
        "has shape " + shape,
        "[%d, groups] with groups that divide %d inputs".formatted(rows, columns));
  }
}
