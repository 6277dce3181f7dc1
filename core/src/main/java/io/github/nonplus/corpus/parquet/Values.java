package io.github.nonplus.corpus.parquet;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/// The texts of a page, in each of the encodings that Parquet has for them.
final class Values {
  private static final int PLAIN = 0;
  private static final int PLAIN_DICTIONARY = 2;
  private static final int DELTA_LENGTH_BYTE_ARRAY = 6;
  private static final int DELTA_BYTE_ARRAY = 7;
  private static final int RLE_DICTIONARY = 8;

  private Values() {}

  /// Hands out all of a page, which must end with the last.
  ///
  /// @param dictionary of the column, or null
  /// @throws BufferUnderflowException if the page ends before
  static void forEach(
      ByteBuffer page, int encoding, int count, String[] dictionary, Consumer<String> sink) {
    switch (encoding) {
      case PLAIN -> plain(page, count, sink);
      case PLAIN_DICTIONARY, RLE_DICTIONARY -> indexed(page, count, dictionary, sink);
      case DELTA_LENGTH_BYTE_ARRAY -> deltaLength(page, count, sink);
      case DELTA_BYTE_ARRAY -> delta(page, count, sink);
      default ->
          throw ParquetException.unread("a page has the encoding %d, none of texts", encoding);
    }
  }

  /// The values of a dictionary's page.
  static String[] dictionary(ByteBuffer page, int encoding, int count) {
    if (encoding != PLAIN && encoding != PLAIN_DICTIONARY) {
      throw ParquetException.damage("its dictionary has the encoding %d", encoding);
    }
    if (count > page.remaining() / Integer.BYTES) {
      throw ParquetException.damage(
          "its dictionary should have %d values in %d bytes", count, page.remaining());
    }
    String[] all = new String[count];
    int[] size = {0};
    plain(page, count, value -> all[size[0]++] = value);
    return all;
  }

  private static void plain(ByteBuffer page, int count, Consumer<String> sink) {
    page.order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      sink.accept(text(bytes(page, page.getInt())));
    }
    requireEnd(page);
  }

  private static void indexed(
      ByteBuffer page, int count, String[] dictionary, Consumer<String> sink) {
    if (dictionary == null) {
      throw ParquetException.damage("a page needs a dictionary, and there is none before it");
    }
    if (count == 0) {
      return; // such a page may have not even a width
    }
    HybridRuns indices = new HybridRuns(page, page.get() & 0xff);
    for (int i = 0; i < count; i++) {
      int index = indices.next();
      if (index < 0 || index >= dictionary.length) {
        throw ParquetException.damage(
            "a page names value %s of a dictionary of %d",
            Integer.toUnsignedString(index), dictionary.length);
      }
      sink.accept(dictionary[index]);
    }
  }

  private static void deltaLength(ByteBuffer page, int count, Consumer<String> sink) {
    for (int length : DeltaLengths.read(page, count)) {
      sink.accept(text(bytes(page, length)));
    }
    requireEnd(page);
  }

  /// Each value is a prefix of the one before it, and then bytes of its own.
  private static void delta(ByteBuffer page, int count, Consumer<String> sink) {
    int[] prefixes = DeltaLengths.read(page, count);
    int[] suffixes = DeltaLengths.read(page, count);
    byte[] value = {};
    for (int i = 0; i < count; i++) {
      if (prefixes[i] > value.length) {
        throw ParquetException.damage(
            "a page takes %d bytes of a value of %d", prefixes[i], value.length);
      }
      byte[] suffix = bytes(page, suffixes[i]);
      value = Arrays.copyOf(value, Math.addExact(prefixes[i], suffix.length));
      System.arraycopy(suffix, 0, value, prefixes[i], suffix.length);
      sink.accept(text(value));
    }
    requireEnd(page);
  }

  private static byte[] bytes(ByteBuffer page, int length) {
    if (length < 0 || length > page.remaining()) {
      throw ParquetException.damage(
          "a page has a value of %s bytes where %d are left",
          Integer.toUnsignedString(length), page.remaining());
    }
    byte[] bytes = new byte[length];
    page.get(bytes);
    return bytes;
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw ParquetException.damage(e, "a value is not UTF-8");
    }
  }

  private static void requireEnd(ByteBuffer page) {
    if (page.hasRemaining()) {
      throw ParquetException.damage("a page has %d bytes after its last value", page.remaining());
    }
  }
}
