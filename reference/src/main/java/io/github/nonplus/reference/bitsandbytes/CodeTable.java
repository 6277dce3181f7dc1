package io.github.nonplus.reference.bitsandbytes;

/// What the sixteen codes of a four-bit format stand for, as shares of a block's maximum.
public enum CodeTable {
  /// {0, 1/16, 8, 12, 4, 6, 2, 3} / 12, and the same below zero; code 8 is plus zero.
  FP4(
      """
      00000000 3baaaaab 3f2aaaab 3f800000 3eaaaaab 3f000000 3e2aaaab 3e800000
      00000000 bbaaaaab bf2aaaab bf800000 beaaaaab bf000000 be2aaaab be800000
      """,
      "11 10 13 12 15 14 9 0 8 1 6 7 4 5 2 3"),
  /// Means of sixteen equally likely stretches of a normal distribution; ascending.
  NF4(
      """
      bf800000 bf3239b1 bf066b30 beca32a0 be91a24d be3d353f bdba7871 00000000
      3da2faff 3e24cae3 3e7c04dd 3ead033a 3ee1a4b8 3f1007ab 3f3913b3 3f800000
      """,
      "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15");

  private static final int CODES = 16;

  private final float[] values = new float[CODES];
  private final byte[] ascending = new byte[CODES];

  /// Halfway between neighbours in ascending order, rounded after the sum and after the halving.
  private final float[] bounds = new float[CODES - 1];

  /// @param bits of each code's float32, in hexadecimal digits
  /// @param order the codes by ascending value
  CodeTable(String bits, String order) {
    String[] words = bits.strip().split("\\s+");
    String[] codes = order.split(" ");
    for (int i = 0; i < CODES; i++) {
      values[i] = Float.intBitsToFloat(Integer.parseUnsignedInt(words[i], 16));
      ascending[i] = Byte.parseByte(codes[i]);
    }
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = (values[ascending[i]] + values[ascending[i + 1]]) / 2;
    }
  }

  /// What `code` stands for.
  float value(int code) {
    return values[code];
  }

  /// The code of a share: as many steps up from the lowest as bounds lie strictly below it. So a
  /// share that lies on a bound goes down, and NaN to the top.
  int code(float share) {
    int below = share <= bounds[7] ? 0 : 8;
    below += share <= bounds[below + 3] ? 0 : 4;
    below += share <= bounds[below + 1] ? 0 : 2;
    below += share <= bounds[below] ? 0 : 1;
    return ascending[below];
  }
}
