package io.github.nonplus.corpus.parquet;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Thrift's compact protocol, in which Parquet's metadata is written: structures of numbered
/// fields, each with a type. A structure is read field by field:
///
/// ```
/// while (in.hasField()) {
///   switch (in.field()) {
///     case 3 -> rows = in.i64();
///     default -> in.skip();
///   }
/// }
/// ```
///
/// Its end lies in the bytes, so all methods throw [BufferUnderflowException] where they are cut.
final class CompactReader {
  /// Deeper structures are nobody's metadata.
  private static final int DEEPEST = 32;

  private static final int TRUE = 1;
  private static final int FALSE = 2;
  private static final int BYTE = 3;
  private static final int I16 = 4;
  private static final int I32 = 5;
  private static final int I64 = 6;
  private static final int DOUBLE = 7;
  private static final int BINARY = 8;
  private static final int LIST = 9;
  private static final int SET = 10;
  private static final int MAP = 11;
  private static final int STRUCT = 12;

  private final ByteBuffer bytes;
  private int depth = 1;
  private int field;
  private int type;

  CompactReader(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /// Reads a structure, or what else has fields.
  interface Structure<T> {
    T read(CompactReader in);
  }

  /// Whether the structure has another field, which then is the [#field].
  boolean hasField() {
    int header = bytes.get() & 0xff;
    if (header == 0) {
      return false;
    }
    type = header & 0xf;
    int step = header >>> 4;
    field = step == 0 ? (int) Varint.zigzag(bytes) : field + step;
    return true;
  }

  /// The number of the field that comes.
  int field() {
    return field;
  }

  boolean bool() {
    if (type != TRUE && type != FALSE) {
      throw wrongType("a truth value");
    }
    return type == TRUE;
  }

  int i32() {
    require(I32, "a 32-bit number");
    long value = Varint.zigzag(bytes);
    if (value != (int) value) {
      throw ParquetException.damage("its metadata has the number %d for 32 bits", value);
    }
    return (int) value;
  }

  long i64() {
    require(I64, "a 64-bit number");
    return Varint.zigzag(bytes);
  }

  String string() {
    require(BINARY, "a text");
    return text();
  }

  /// A structure in this one.
  <T> T struct(Structure<T> structure) {
    require(STRUCT, "a structure");
    return nested(structure);
  }

  /// The structures of a list, handed out one by one.
  <T> void structs(Structure<T> structure, Consumer<T> sink) {
    for (int left = list(STRUCT, "structures"); left > 0; left--) {
      sink.accept(nested(structure));
    }
  }

  /// The texts of a list.
  List<String> strings() {
    List<String> all = new ArrayList<>();
    for (int left = list(BINARY, "texts"); left > 0; left--) {
      all.add(text());
    }
    return all;
  }

  /// Goes past the field's value.
  void skip() {
    skip(type);
  }

  private void skip(int kind) {
    switch (kind) {
      case TRUE, FALSE -> {}
      case BYTE -> advance(1);
      case I16, I32, I64 -> Varint.read(bytes);
      case DOUBLE -> advance(8);
      case BINARY -> advance(length());
      case LIST, SET -> skipList();
      case MAP -> skipMap();
      case STRUCT ->
          nested(
              in -> {
                while (in.hasField()) {
                  in.skip();
                }
                return null;
              });
      default -> throw ParquetException.damage("its metadata has a value of the type %d", kind);
    }
  }

  private void skipList() {
    int header = bytes.get() & 0xff;
    int element = header & 0xf;
    for (int left = size(header >>> 4); left > 0; left--) {
      skipElement(element);
    }
  }

  private void skipMap() {
    int size = length();
    if (size > 0) {
      int types = bytes.get() & 0xff;
      for (; size > 0; size--) {
        skipElement(types >>> 4);
        skipElement(types & 0xf);
      }
    }
  }

  /// A truth value is in a field's header, but is a byte in a collection.
  private void skipElement(int kind) {
    if (++depth > DEEPEST) {
      throw tooDeep();
    }
    skip(kind == TRUE || kind == FALSE ? BYTE : kind);
    depth--;
  }

  private <T> T nested(Structure<T> structure) {
    if (++depth > DEEPEST) {
      throw tooDeep();
    }
    int outer = field;
    field = 0;
    T value = structure.read(this);
    field = outer;
    depth--;
    return value;
  }

  private int list(int element, String what) {
    require(LIST, "a list of " + what);
    int header = bytes.get() & 0xff;
    int size = size(header >>> 4);
    if (size > 0 && (header & 0xf) != element) {
      throw wrongType("a list of " + what);
    }
    return size;
  }

  private int size(int nibble) {
    return nibble == 0xf ? length() : nibble;
  }

  private String text() {
    byte[] text = new byte[length()];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /// A number of bytes, or of elements, of which each has one byte at least.
  private int length() {
    long length = Varint.read(bytes);
    if (length < 0 || length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    return (int) length;
  }

  private void advance(int count) {
    if (count > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    bytes.position(bytes.position() + count);
  }

  private void require(int expected, String what) {
    if (type != expected) {
      throw wrongType(what);
    }
  }

  private ParquetException wrongType(String expected) {
    return ParquetException.damage(
        "its metadata should have %s in field %d, and has not", expected, field);
  }

  private static ParquetException tooDeep() {
    return ParquetException.damage("its metadata is nested deeper than %d structures", DEEPEST);
  }
}
