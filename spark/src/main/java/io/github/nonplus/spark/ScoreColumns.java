package io.github.nonplus.spark;

import io.github.nonplus.failure.RequestException;
import io.github.nonplus.scoring.DocumentScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/// The columns that scoring adds behind those of the input.
final class ScoreColumns {
  static final String PERPLEXITY = "perplexity";

  private static final StructField[] FIELDS = {
    field("nll", DataTypes.DoubleType),
    field("tokens", DataTypes.LongType),
    field(PERPLEXITY, DataTypes.DoubleType),
    field("bits_per_byte", DataTypes.DoubleType),
    field("windows", DataTypes.IntegerType),
    field("truncated", DataTypes.BooleanType),
    field("error", DataTypes.StringType),
  };

  /// How many there are.
  static final int COUNT = FIELDS.length;

  private ScoreColumns() {}

  private static StructField field(String name, org.apache.spark.sql.types.DataType type) {
    return DataTypes.createStructField(name, type, true);
  }

  /// The schema of the output.
  ///
  /// @param kept columns of the input
  /// @param prefix before each name
  /// @throws RequestException if the input has a column of such a name
  static StructType added(StructType kept, String prefix) {
    List<StructField> fields = new ArrayList<>(Arrays.asList(kept.fields()));
    List<String> taken =
        Arrays.stream(kept.fieldNames()).map(name -> name.toLowerCase(Locale.ROOT)).toList();
    for (StructField field : FIELDS) {
      String name = prefix + field.name();
      if (taken.contains(name.toLowerCase(Locale.ROOT))) {
        throw new RequestException(
            "the input has a column '%s' already; choose names with --prefix".formatted(name));
      }
      fields.add(DataTypes.createStructField(name, field.dataType(), true));
    }
    return DataTypes.createStructType(fields);
  }

  /// Fills them at the end of a row.
  static void fill(Object[] row, DocumentScore score) {
    int at = row.length - COUNT;
    row[at++] = score.nll();
    row[at++] = score.tokens();
    row[at++] = score.perplexity();
    row[at++] = score.bitsPerByte().isPresent() ? score.bitsPerByte().getAsDouble() : null;
    row[at++] = score.windows();
    row[at] = score.truncated();
  }

  /// The same of a document that has no score.
  static void fill(Object[] row, String error) {
    row[row.length - 1] = error;
  }
}
