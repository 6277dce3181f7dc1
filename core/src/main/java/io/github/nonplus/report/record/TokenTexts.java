package io.github.nonplus.report.record;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/// The bytes that token ids stand for. A token need not be whole characters: in byte-level
/// vocabularies a rare character is spread over several, so that only their bytes, side by side,
/// are text.
///
/// @param bytes UTF-8 by id
public record TokenTexts(Map<Integer, byte[]> bytes) {
  /// The bytes of `id`; where they are not known, its number in angle brackets.
  public byte[] of(int id) {
    byte[] known = bytes.get(id);
    return known == null ? ("<" + id + ">").getBytes(StandardCharsets.US_ASCII) : known;
  }

  /// The text of a stretch of ids; bytes that are not UTF-8 become U+FFFD.
  public String of(int[] ids, int from, int to) {
    int length = 0;
    for (int i = from; i < to; i++) {
      length += of(ids[i]).length;
    }
    byte[] all = new byte[length];
    int at = 0;
    for (int i = from; i < to; i++) {
      byte[] each = of(ids[i]);
      System.arraycopy(each, 0, all, at, each.length);
      at += each.length;
    }
    return new String(all, StandardCharsets.UTF_8);
  }
}
