package io.github.nonplus.model.gguf;

import io.github.nonplus.model.family.Sizes;
import io.github.nonplus.weights.RowOrder;
import io.github.nonplus.weights.Source;
import java.util.List;
import java.util.Locale;

/// What llama.cpp's converter does to the rows of a tensor, undone.
enum Arrangement {
  /// Nothing.
  SAME {
    @Override
    Source source(Sizes sizes, String name, List<Integer> shape, int head) {
      return new Source.Stored(name, shape);
    }
  },

  /// Rows i and i + d/2 of each head of queries are neighbours, 2i and 2i + 1, because llama.cpp
  /// turns neighbours there.
  QUERIES {
    @Override
    Source source(Sizes sizes, String name, List<Integer> shape, int head) {
      return SAME.source(sizes, name, shape, head).gathered(parted(shape.getFirst(), sizes));
    }
  },

  /// The same of keys.
  KEYS {
    @Override
    Source source(Sizes sizes, String name, List<Integer> shape, int head) {
      return QUERIES.source(sizes, name, shape, head);
    }
  },

  /// What lies head by head (the queries that share a key, the key, the value) lies as all queries,
  /// all keys, all values.
  APART {
    @Override
    Source source(Sizes sizes, String name, List<Integer> shape, int head) {
      return SAME.source(sizes, name, shape, head).gathered(together(shape.getFirst(), sizes));
    }
  },

  /// Columns are rows.
  TRANSPOSED {
    @Override
    Source source(Sizes sizes, String name, List<Integer> shape, int head) {
      return shape.size() == 2
          ? new Source.Stored(name, shape.reversed()).transposed()
          : SAME.source(sizes, name, shape, head);
    }
  },

  /// What is a vector for each head of queries is a row.
  QUERYHEADS {
    @Override
    Source source(Sizes sizes, String name, List<Integer> shape, int head) {
      return row(name, sizes.heads(), shape.getFirst(), head);
    }
  },

  /// The same of keys.
  KEYHEADS {
    @Override
    Source source(Sizes sizes, String name, List<Integer> shape, int head) {
      return row(name, sizes.keyHeads(), shape.getFirst(), head);
    }
  };

  /// @param shape of the family's tensor
  /// @param head which of them, where it is one of several
  abstract Source source(Sizes sizes, String name, List<Integer> shape, int head);

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

  private static Source row(String name, int heads, int size, int head) {
    return Source.stored(name, heads, size).rows(head, head + 1).flattened();
  }
}
