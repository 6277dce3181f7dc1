package io.github.nonplus.corpus.parquet;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What stands at a file's end: the columns, and where the pages of each are.
///
/// @param elements of the schema, a tree in preorder, its root first
/// @param rows of the file
/// @param groups of rows
record Footer(List<Element> elements, long rows, List<Group> groups) {
  private static final int REQUIRED = 0;
  private static final int OPTIONAL = 1;
  private static final int BYTE_ARRAY = 6;
  private static final List<String> TYPES =
      List.of("BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED");

  /// A node of the schema.
  ///
  /// @param type of a leaf, or -1
  /// @param repetition required, optional or repeated, or -1
  record Element(String name, int type, int repetition, int children) {}

  /// Rows that are stored together.
  record Group(long rows, List<Chunk> chunks) {}

  /// The pages of a column.
  ///
  /// @param path of the column in the schema, or nothing where the file does not say it
  /// @param elsewhere whether they are in another file
  record Chunk(
      List<String> path,
      int codec,
      long values,
      long bytes,
      long dataBegin,
      long dictionaryBegin,
      boolean elsewhere) {}

  static Footer parse(ByteBuffer bytes) {
    try {
      return read(new CompactReader(bytes));
    } catch (BufferUnderflowException e) {
      throw ParquetException.damage(e, "its footer ends before it is complete");
    }
  }

  private static Footer read(CompactReader in) {
    List<Element> elements = new ArrayList<>();
    List<Group> groups = new ArrayList<>();
    long rows = -1;
    while (in.hasField()) {
      switch (in.field()) {
        case 2 -> in.structs(Footer::element, elements::add);
        case 3 -> rows = in.i64();
        case 4 -> in.structs(Footer::group, groups::add);
        case 8 -> throw ParquetException.unread("it is encrypted");
        default -> in.skip();
      }
    }
    if (elements.isEmpty()) {
      throw ParquetException.damage("its footer has no schema");
    }
    return new Footer(elements, rows, groups);
  }

  private static Element element(CompactReader in) {
    String name = "";
    int type = -1;
    int repetition = -1;
    int children = 0;
    while (in.hasField()) {
      switch (in.field()) {
        case 1 -> type = in.i32();
        case 3 -> repetition = in.i32();
        case 4 -> name = in.string();
        case 5 -> children = in.i32();
        default -> in.skip();
      }
    }
    return new Element(name, type, repetition, children);
  }

  private static Group group(CompactReader in) {
    List<Chunk> chunks = new ArrayList<>();
    long rows = -1;
    while (in.hasField()) {
      switch (in.field()) {
        case 1 -> in.structs(Footer::chunk, chunks::add);
        case 3 -> rows = in.i64();
        default -> in.skip();
      }
    }
    return new Group(rows, chunks);
  }

  private static Chunk chunk(CompactReader in) {
    Chunk chunk = new Chunk(List.of(), -1, -1, -1, -1, 0, false);
    boolean elsewhere = false;
    while (in.hasField()) {
      switch (in.field()) {
        case 1 -> {
          in.skip();
          elsewhere = true;
        }
        case 3 -> chunk = in.struct(Footer::metadata);
        case 8, 9 -> throw ParquetException.unread("it is encrypted");
        default -> in.skip();
      }
    }
    return new Chunk(
        chunk.path,
        chunk.codec,
        chunk.values,
        chunk.bytes,
        chunk.dataBegin,
        chunk.dictionaryBegin,
        elsewhere);
  }

  private static Chunk metadata(CompactReader in) {
    List<String> path = List.of();
    int codec = -1;
    long values = -1;
    long bytes = -1;
    long dataBegin = -1;
    long dictionaryBegin = 0;
    while (in.hasField()) {
      switch (in.field()) {
        case 3 -> path = in.strings();
        case 4 -> codec = in.i32();
        case 5 -> values = in.i64();
        case 7 -> bytes = in.i64();
        case 9 -> dataBegin = in.i64();
        case 11 -> dictionaryBegin = in.i64();
        default -> in.skip();
      }
    }
    return new Chunk(path, codec, values, bytes, dataBegin, dictionaryBegin, false);
  }

  /// The names of the columns that are no structures or lists.
  List<String> columns() {
    return topLevel().stream().filter(each -> each.children == 0).map(Element::name).toList();
  }

  /// The column of that name.
  ///
  /// @param end of the pages in the file
  Optional<TextColumn> column(String name, long end) {
    return topLevel().stream()
        .filter(each -> each.name.equals(name))
        .findFirst()
        .map(element -> text(element, end));
  }

  /// The root's children: each is followed by all that is in it.
  private List<Element> topLevel() {
    List<Element> children = new ArrayList<>();
    int at = 1;
    for (int left = elements.getFirst().children; left > 0; left--) {
      long open = 1; // nodes that are still to come of this child
      for (int begin = at; open > 0; at++, open--) {
        if (at >= elements.size()) {
          throw ParquetException.damage("its schema ends before it is complete");
        }
        if (at == begin) {
          children.add(elements.get(at));
        }
        open += Math.max(0, elements.get(at).children);
      }
    }
    return children;
  }

  private TextColumn text(Element element, long end) {
    if (element.children != 0 || element.type != BYTE_ARRAY) {
      throw ParquetException.unread(
          "its column '%s' holds %s, no text",
          element.name,
          element.children != 0 || element.type < 0 || element.type >= TYPES.size()
              ? "structures"
              : TYPES.get(element.type));
    }
    if (element.repetition != REQUIRED && element.repetition != OPTIONAL) {
      throw ParquetException.unread("its column '%s' holds lists, no texts", element.name);
    }
    List<TextColumn.Piece> pieces = new ArrayList<>();
    long sum = 0;
    for (Group group : groups) {
      if (group.rows == 0) {
        continue; // nothing is stored, and offsets may be absent or 0
      }
      pieces.add(piece(group, element.name, end));
      if (group.rows > rows - sum) {
        throw ParquetException.damage("its groups have more rows than the %d of the file", rows);
      }
      sum += group.rows;
    }
    if (sum != rows) {
      throw ParquetException.damage("its groups have %d rows, the file %d", sum, rows);
    }
    return new TextColumn(element.name, element.repetition == OPTIONAL, pieces);
  }

  private static TextColumn.Piece piece(Group group, String name, long end) {
    Chunk chunk =
        group.chunks.stream()
            .filter(each -> each.path.equals(List.of(name)))
            .findFirst()
            .orElseThrow(
                () -> ParquetException.damage("a group of rows lacks the column '%s'", name));
    if (chunk.elsewhere) {
      throw ParquetException.unread("the pages of its column '%s' are in another file", name);
    }
    if (chunk.values != group.rows || chunk.values < 0) {
      throw ParquetException.damage(
          "a group of %d rows has %d values in the column '%s'", group.rows, chunk.values, name);
    }
    long begin = begin(chunk);
    if (begin < ParquetFile.MAGIC.length || chunk.bytes < 0 || chunk.bytes > end - begin) {
      throw ParquetException.damage(
          "the column '%s' should be %d bytes from byte %d on, but the footer begins at byte %d",
          name, chunk.bytes, begin, end);
    }
    return new TextColumn.Piece(Codec.of(chunk.codec), chunk.values, begin, chunk.bytes);
  }

  /// The first of the places that are given: 0 is none.
  private static long begin(Chunk chunk) {
    if (chunk.dictionaryBegin <= 0) {
      return chunk.dataBegin;
    }
    return chunk.dataBegin <= 0
        ? chunk.dictionaryBegin
        : Math.min(chunk.dictionaryBegin, chunk.dataBegin);
  }
}
