package io.github.nonplus.report;

import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.model.Model;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.MatrixForm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// How a model's matrices are stored, format by format, whatever it lies in: a table of matrices,
/// weights, bytes and bits a weight. Looks at headers, not at values.
final class StorageLines {
  /// Matrices of one format.
  private record Row(String name, int matrices, long weights, long bytes) {
    Row plus(Row other) {
      return new Row(name, matrices + other.matrices, weights + other.weights, bytes + other.bytes);
    }

    double bits() {
      return 8.0 * bytes / weights;
    }
  }

  private StorageLines() {}

  static List<String> of(ModelDirectory directory) {
    FamilyModel model = directory.model();
    Map<String, List<MatrixForm>> forms = directory.forms();
    Set<String> tables = new HashSet<>();
    tables.add(model.decoder().embedding().name() + ".weight");
    tables.add(model.decoder().head().name() + ".weight");
    Map<String, Row> rows = new HashMap<>();
    Row all = new Row("all matrices", 0, 0, 0);
    Row inner = new Row("without embedding and output layer", 0, 0, 0);
    Map<String, Parameter> matrices = new HashMap<>();
    for (Parameter parameter : model.program(Model.Output.SCORE).parameters()) {
      if (parameter.shape().size() == 2) {
        matrices.put(parameter.name(), parameter); // a tied one is there twice
      }
    }
    matrices.keySet().retainAll(forms.keySet());
    for (Parameter parameter : matrices.values()) {
      Format format = forms.get(parameter.name()).getFirst().format();
      long weights = (long) parameter.outputs() * parameter.inputs();
      Row row = new Row(format.name(), 1, weights, bytes(format, parameter));
      rows.merge(format.name(), row, Row::plus);
      all = all.plus(row);
      inner = tables.contains(parameter.name()) ? inner : inner.plus(row);
    }
    List<String> lines = new ArrayList<>();
    rows.values().stream()
        .sorted(Comparator.comparingLong(Row::bytes).reversed().thenComparing(Row::name))
        .forEach(row -> lines.add(line(row)));
    lines.add(line(all));
    if (inner.weights() > 0 && inner.weights() < all.weights()) {
      lines.add(line(inner));
    }
    return lines;
  }

  /// A part of what is stored may have been sliced or turned: it counts as if it stood alone.
  private static long bytes(Format format, Parameter parameter) {
    try {
      return sum(format.planeBytes(parameter.outputs(), parameter.inputs()));
    } catch (IllegalArgumentException turned) {
      return sum(format.planeBytes(parameter.inputs(), parameter.outputs()));
    }
  }

  private static long sum(List<Long> planes) {
    return planes.stream().mapToLong(Long::longValue).sum();
  }

  private static String line(Row row) {
    return String.format(
        Locale.ROOT,
        "  matrices   %-36s %5d %,16d weights %,16d bytes %7.3f bits a weight",
        row.name(),
        row.matrices(),
        row.weights(),
        row.bytes(),
        row.bits());
  }
}
