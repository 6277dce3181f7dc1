package io.github.nonplus.model.gguf;

import io.github.nonplus.model.family.Sizes;
import io.github.nonplus.weights.RowOrder;
import io.github.nonplus.weights.Source;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What llama.cpp's converter does to the rows of a tensor, undone.
enum Arrangement {
  /// Nothing.
  SAME {
    @Override
    Source source(Layout layout, String name, List<Integer> shape, int number) {
      return new Source.Stored(name, shape);
    }
  },

  /// Rows i and i + d/2 of each head of queries are neighbours, 2i and 2i + 1, because llama.cpp
  /// turns neighbours there.
  QUERIES {
    @Override
    Source source(Layout layout, String name, List<Integer> shape, int number) {
      return SAME.source(layout, name, shape, number)
          .gathered(parted(shape.getFirst(), layout.sizes()));
    }
  },

  /// The same of keys.
  KEYS {
    @Override
    Source source(Layout layout, String name, List<Integer> shape, int number) {
      return QUERIES.source(layout, name, shape, number);
    }
  },

  /// What lies head by head (the queries that share a key, the key, the value) lies as all queries,
  /// all keys, all values.
  APART {
    @Override
    Source source(Layout layout, String name, List<Integer> shape, int number) {
      return SAME.source(layout, name, shape, number)
          .gathered(together(shape.getFirst(), layout.sizes()));
    }
  },

  /// Columns are rows.
  TRANSPOSED {
    @Override
    Source source(Layout layout, String name, List<Integer> shape, int number) {
      return shape.size() == 2
          ? new Source.Stored(name, shape.reversed()).transposed()
          : SAME.source(layout, name, shape, number);
    }
  },

  /// What is a vector for each head of queries is a row.
  QUERYHEADS {
    @Override
    Source source(Layout layout, String name, List<Integer> shape, int number) {
      return row(name, layout.sizes().heads(), shape.getFirst(), number);
    }
  },

  /// The same of keys.
  KEYHEADS {
    @Override
    Source source(Layout layout, String name, List<Integer> shape, int number) {
      return row(name, layout.sizes().keyHeads(), shape.getFirst(), number);
    }
  },

  /// A vector that is cut into rows.
  FLAT {
    @Override
    Source source(Layout layout, String name, List<Integer> shape, int number) {
      List<Integer> there = layout.file().shape(name);
      return there.size() == 2
          ? new Source.Stored(name, there).flattened()
          : SAME.source(layout, name, shape, number);
    }
  },

  /// A parameter of its own, where checkpoints store it together with others.
  OWN {
    @Override
    Source source(Layout layout, String name, List<Integer> shape, int number) {
      return SAME.source(layout, name, shape, number);
    }
  },

  /// The first rows of a tensor.
  FIRST {
    @Override
    Source source(Layout layout, String name, List<Integer> shape, int number) {
      return part(layout, name, shape, 0);
    }
  },

  /// As many rows after as many others.
  SECOND {
    @Override
    Source source(Layout layout, String name, List<Integer> shape, int number) {
      return part(layout, name, shape, shape.getFirst());
    }
  },

  /// The last rows.
  LAST {
    @Override
    Source source(Layout layout, String name, List<Integer> shape, int number) {
      return part(layout, name, shape, rows(layout, name) - shape.getFirst());
    }
  },

  /// A layer beside experts, or without experts the only one.
  SHARED {
    @Override
    Source source(Layout layout, String name, List<Integer> shape, int number) {
      String beside = layout.experts() > 0 ? name.replace(".weight", "_shexp.weight") : name;
      return SAME.source(layout, beside, shape, number);
    }
  },

  /// Keys without what turns, and values, which a head has side by side, in a stack of their own
  /// each; of keys, columns are rows.
  LATENT {
    @Override
    Source source(Layout layout, String name, List<Integer> shape, int number) {
      String keys = name.replace("attn_kv_b", "attn_k_b");
      if (layout.file().hasTensor(name) || !layout.file().hasTensor(keys)) {
        return SAME.source(layout, name, shape, number);
      }
      int heads = layout.sizes().heads();
      int rank = shape.getLast();
      int still = layout.file().shape(keys).getLast();
      int value = shape.getFirst() / heads - still;
      Source all = Source.stored(keys, heads, rank, still);
      Source values = Source.stored(name.replace("attn_kv_b", "attn_v_b"), heads, value, rank);
      List<Source> parts = new ArrayList<>();
      for (int head = 0; head < heads; head++) {
        parts.add(all.rows(head * rank, (head + 1) * rank).transposed());
        parts.add(values.rows(head * value, (head + 1) * value));
      }
      return Source.concatenated(parts);
    }
  },

  /// One of a stack of experts; gates and what they gate may be one stack, gates first.
  EXPERT {
    @Override
    Source source(Layout layout, String name, List<Integer> shape, int number) {
      if (shape.size() == 1) {
        return row(name, layout.experts(), shape.getFirst(), number);
      }
      int rows = shape.getFirst();
      int columns = shape.getLast();
      String both = name.replaceFirst("ffn_(gate|up)_exps", "ffn_gate_up_exps");
      if (both.equals(name) || layout.file().hasTensor(name) || !layout.file().hasTensor(both)) {
        return Source.stored(name, layout.experts(), rows, columns)
            .rows(number * rows, (number + 1) * rows);
      }
      int first = 2 * number * rows + (name.contains("ffn_up_exps") ? rows : 0);
      return Source.stored(both, layout.experts(), 2 * rows, columns).rows(first, first + rows);
    }
  };

  /// @param shape of the family's tensor
  /// @param number which of them, where it is one of several
  abstract Source source(Layout layout, String name, List<Integer> shape, int number);

  private static final Set<Arrangement> OF_ITS_OWN =
      EnumSet.of(OWN, FIRST, SECOND, LAST, SHARED, EXPERT);

  /// Whether a parameter of that name is made of it, whatever the family's checkpoints store.
  boolean isOwn() {
    return OF_ITS_OWN.contains(this);
  }

  static Arrangement named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static RowOrder parted(int rows, Sizes sizes) {
    int size = sizes.headSize();
    int half = size / 2;
    return RowOrder.of(
        rows, row -> row / size * size + 2 * (row % size % half) + row % size / half);
  }

  private static RowOrder together(int rows, Sizes sizes) {
    int size = sizes.headSize();
    int shared = sizes.heads() / sizes.keyHeads();
    int group = (shared + 2) * size;
    int keys = sizes.heads() * size;
    int values = keys + sizes.keyHeads() * size;
    return RowOrder.of(
        rows,
        row -> {
          int keyHead = row / group;
          int within = row % group;
          if (within < shared * size) {
            return keyHead * shared * size + within;
          }
          return within < (shared + 1) * size
              ? keys + keyHead * size + within - shared * size
              : values + keyHead * size + within - (shared + 1) * size;
        });
  }

  private static Source part(Layout layout, String name, List<Integer> shape, int from) {
    return Source.stored(name, rows(layout, name), shape.getLast())
        .rows(from, from + shape.getFirst());
  }

  private static int rows(Layout layout, String name) {
    return layout.file().shape(name).stream().findFirst().orElse(1);
  }

  private static Source row(String name, int count, int size, int number) {
    return Source.stored(name, count, size).rows(number, number + 1).flattened();
  }
}
