package io.github.nonplus.program.op;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// Which keys of its window a query sees: none after itself, and none before a first one but for
/// some at the window's beginning.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Mask.Causal.class, name = "causal"),
  @JsonSubTypes.Type(value = Mask.Sliding.class, name = "sliding"),
  @JsonSubTypes.Type(value = Mask.Chunked.class, name = "chunked"),
  @JsonSubTypes.Type(value = Mask.Rolling.class, name = "rolling")
})
public sealed interface Mask {
  Mask CAUSAL = new Causal();

  /// The position of the first key that the query at `position` sees, counted in the window, beside
  /// those that every query sees.
  int firstKey(int position);

  /// How many keys at the window's beginning every query sees.
  default int kept() {
    return 0;
  }

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

  /// The keys of its own call, and those that a cache holds by then: chunks of `chunk` keys are
  /// taken in call by call, and then the cache drops all but the first `kept` and the last `width −
  /// kept`.
  record Rolling(int width, int chunk, int kept) implements Mask {
    public Rolling {
      Operation.require(width > 0, "a rolling window", width);
      Operation.require(chunk > 0, "a chunk", chunk);
      Operation.require(kept >= 0 && kept < width, "keys that are kept", kept);
    }

    @Override
    public int firstKey(int position) {
      return Math.max(0, position - position % chunk - (width - kept));
    }

    @Override
    public String toString() {
      return "rolling %d by %d, the first %d kept".formatted(width, chunk, kept);
    }
  }
}
