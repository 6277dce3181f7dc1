package io.github.nonplus.corpus.parquet;

import java.nio.ByteBuffer;

/// What stands before a page.
///
/// @param kind of page
/// @param bytes of the page, decompressed
/// @param compressed bytes of the page in the file
/// @param checksum of these, by CRC-32, or null
/// @param content what the kind of page says besides, or null for kinds that hold no values
/// @param length of this header
record PageHeader(
    int kind, int bytes, int compressed, Integer checksum, Content content, int length) {
  static final int DATA = 0;
  static final int DICTIONARY = 2;
  static final int DATA_2 = 3;

  /// What is in a page with values.
  ///
  /// @param values how many, nulls included
  /// @param encoding of the values
  /// @param levelEncoding of definition levels in a page of the first version
  /// @param levels bytes of definition levels in a page of the second version
  /// @param repetitions bytes of repetition levels in a page of the second version
  /// @param isCompressed whether the values are, in a page of the second version
  record Content(
      int values,
      int encoding,
      int levelEncoding,
      int levels,
      int repetitions,
      boolean isCompressed) {}

  /// @throws java.nio.BufferUnderflowException if the bytes end within it
  static PageHeader read(ByteBuffer buffer) {
    CompactReader in = new CompactReader(buffer);
    int kind = -1;
    int bytes = -1;
    int compressed = -1;
    Integer checksum = null;
    Content content = null;
    while (in.hasField()) {
      switch (in.field()) {
        case 1 -> kind = in.i32();
        case 2 -> bytes = in.i32();
        case 3 -> compressed = in.i32();
        case 4 -> checksum = in.i32();
        case 5 -> content = in.struct(PageHeader::data);
        case 7 -> content = in.struct(PageHeader::dictionary);
        case 8 -> content = in.struct(PageHeader::data2);
        default -> in.skip();
      }
    }
    return new PageHeader(kind, bytes, compressed, checksum, content, buffer.position());
  }

  private static Content data(CompactReader in) {
    int values = -1;
    int encoding = -1;
    int levelEncoding = -1;
    while (in.hasField()) {
      switch (in.field()) {
        case 1 -> values = in.i32();
        case 2 -> encoding = in.i32();
        case 3 -> levelEncoding = in.i32();
        default -> in.skip();
      }
    }
    return new Content(values, encoding, levelEncoding, 0, 0, true);
  }

  private static Content dictionary(CompactReader in) {
    int values = -1;
    int encoding = -1;
    while (in.hasField()) {
      switch (in.field()) {
        case 1 -> values = in.i32();
        case 2 -> encoding = in.i32();
        default -> in.skip();
      }
    }
    return new Content(values, encoding, -1, 0, 0, true);
  }

  private static Content data2(CompactReader in) {
    int values = -1;
    int encoding = -1;
    int levels = -1;
    int repetitions = -1;
    boolean isCompressed = true;
    while (in.hasField()) {
      switch (in.field()) {
        case 1 -> values = in.i32();
        case 4 -> encoding = in.i32();
        case 5 -> levels = in.i32();
        case 6 -> repetitions = in.i32();
        case 7 -> isCompressed = in.bool();
        default -> in.skip();
      }
    }
    return new Content(values, encoding, -1, levels, repetitions, isCompressed);
  }
}
