package io.github.nonplus.tokenizer.fence;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/// What goes through the pipes between [TokenizerProcess] and [TokenizerServer]: one request, one
/// reply, and so on; numbers are big-endian.
///
/// ```
/// request  byte LOAD     text                   the tokenizer.json
///          byte ENCODE   text                   without special tokens
///          byte ENCODE_SPECIAL  text            with them
///          byte DECODE   ids
/// reply    byte DONE     nothing, ids or text   of LOAD, ENCODE…, DECODE
///          byte REFUSED  text                   the library's own words
///          byte UNLOADED text                   the library itself cannot be loaded
/// text     int bytes, UTF-8
/// ids      int count, int each
/// ```
final class Wire {
  static final byte LOAD = 1;
  static final byte ENCODE = 2;
  static final byte ENCODE_SPECIAL = 3;
  static final byte DECODE = 4;

  static final byte DONE = 11;
  static final byte REFUSED = 12;
  static final byte UNLOADED = 13;

  private static final int CHUNK = 1 << 14; // ids

  private Wire() {}

  static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /// @throws IOException if the other side ended, or sent no length
  static byte[] readBytes(DataInputStream in) throws IOException {
    int length = readLength(in);
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("the pipe ended");
    }
    return bytes;
  }

  static void writeIds(DataOutputStream out, int[] ids) throws IOException {
    out.writeInt(ids.length);
    ByteBuffer buffer = ByteBuffer.allocate(Integer.BYTES * CHUNK);
    for (int from = 0; from < ids.length; from += CHUNK) {
      int count = Math.min(CHUNK, ids.length - from);
      buffer.asIntBuffer().put(ids, from, count);
      out.write(buffer.array(), 0, Integer.BYTES * count);
    }
  }

  /// @throws IOException if the other side ended, or sent no length
  static int[] readIds(DataInputStream in) throws IOException {
    int[] ids = new int[readLength(in)];
    ByteBuffer buffer = ByteBuffer.allocate(Integer.BYTES * CHUNK);
    for (int from = 0; from < ids.length; from += CHUNK) {
      int count = Math.min(CHUNK, ids.length - from);
      in.readFully(buffer.array(), 0, Integer.BYTES * count);
      buffer.asIntBuffer().get(ids, from, count);
    }
    return ids;
  }

  private static int readLength(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      throw new IOException("a length of " + length);
    }
    return length;
  }
}
