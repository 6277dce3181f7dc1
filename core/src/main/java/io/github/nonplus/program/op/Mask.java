package io.github.nonplus.program.op;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// Which keys of its window a query sees: none after itself, and none before a first one.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Mask.Causal.class, name = "causal"),
  @JsonSubTypes.Type(value = Mask.Sliding.class, name = "sliding"),
  @JsonSubTypes.Type(value = Mask.Chunked.class, name = "chunked")
})
public sealed interface Mask {
  Mask CAUSAL = new Causal();

  /// The position of the first key that the query at `position` sees, counted in the window.
  int firstKey(int position);

  /// All keys up to its own.
  record Causal() implements Mask {
    @Override
    public int firstKey(int position) {
      return 0;
    }

    @Override
    public String toString() {
      return "causal";
    }
  }

  /// The last `width` keys, its own among them.
  record Sliding(int width) implements Mask {
    public Sliding {
      Operation.require(width > 0, "a sliding window", width);
    }

    @Override
    public int firstKey(int position) {
      return Math.max(0, position - width + 1);
    }

    @Override
    public String toString() {
      return "sliding " + width;
    }
  }

  /// The keys of its own chunk; chunks of `size` keys are counted from the window's first.
  record Chunked(int size) implements Mask {
    public Chunked {
      Operation.require(size > 0, "a chunk", size);
    }

    @Override
    public int firstKey(int position) {
      return position - position % size;
    }

    @Override
    public String toString() {
      return "chunked " + size;
    }
  }
}
