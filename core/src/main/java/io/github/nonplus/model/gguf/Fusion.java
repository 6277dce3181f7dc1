package io.github.nonplus.model.gguf;

import io.github.nonplus.weights.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Queries, keys and values in one tensor where a family has three, or the other way round: as
/// llama.cpp does, whatever is in the file is taken.
record Fusion(Layout layout) {
  private static final String FUSED = "attn_qkv.";
  private static final List<String> PARTS = List.of("attn_q.", "attn_k.", "attn_v.");

  /// What is made of tensors that are there.
  Source of(Source source) {
    return source.with(this::of);
  }

  private Source of(Source.Stored tensor) {
    if (layout.file().hasTensor(tensor.name())) {
      return tensor;
    }
    if (tensor.name().contains(FUSED)) {
      return together(tensor);
    }
    for (int part = 0; part < PARTS.size(); part++) {
      String fused = tensor.name().replace(PARTS.get(part), FUSED);
      if (!fused.equals(tensor.name()) && layout.file().hasTensor(fused)) {
        return part(tensor, fused, part);
      }
    }
    return tensor; // whoever reads it says that it is missing
  }

  private Source together(Source.Stored tensor) {
    List<String> names = PARTS.stream().map(part -> tensor.name().replace(FUSED, part)).toList();
    if (!names.stream().allMatch(layout.file()::hasTensor)) {
      return tensor;
    }
    List<Source> parts = new ArrayList<>();
    for (int part = 0; part < PARTS.size(); part++) {
      parts.add(new Source.Stored(names.get(part), shape(tensor, rows(part))));
    }
    return Source.concatenated(parts);
  }

  private Source part(Source.Stored tensor, String fused, int part) {
    int from = Stream.iterate(0, i -> i + 1).limit(part).mapToInt(this::rows).sum();
    int all = rows(0) + rows(1) + rows(2);
    return new Source.Stored(fused, shape(tensor, all)).rows(from, from + rows(part));
  }

  private static List<Integer> shape(Source.Stored tensor, int rows) {
    return tensor.shape().size() == 1 ? List.of(rows) : List.of(rows, tensor.columns());
  }

  private int rows(int part) {
    return (part == 0 ? layout.sizes().heads() : layout.sizes().keyHeads())
        * layout.sizes().headSize();
  }
}
