package io.github.nonplus.spark;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Documents of every kind that a corpus has, the same ones always.
final class AwkwardDocuments {
  private static final String WORDS =
      "the moor was dark and Holmes said nothing for a while but looked at the hound its eyes and the"
          + " footprints in the wet grass until Watson came up the path with a lantern";

  private static final List<String> ODD =
      List.of(
          "Holmes",
          "\ud83d\ude00\ud83d\ude00\u200d\ud83d\udd25 \u00e9e\u0301 \u4e2d\u6587 \u0639\u0631\u0628\u064a",
          "   leading and trailing   ",
          "line\nbreaks\r\nof both kinds\n\n",
          "\ufeffbegins with a mark",
          "a\u0000b \u0001 control",
          "<s> spelled </s> tokens <unk>",
          "\"quotes\" \\ and \u2028 separators");

  private AwkwardDocuments() {}

  /// Bytes of texts; null where there is none. One in fifty is empty, null or no UTF-8; one is as
  /// long as `longest`.
  static List<byte[]> of(int count, int longest) {
    Random random = new Random(19);
    List<byte[]> documents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      documents.add(document(i, random));
    }
    documents.set(count / 2, words(random, longest).getBytes(StandardCharsets.UTF_8));
    return documents;
  }

  private static byte[] document(int i, Random random) {
    return switch (i % 50) {
      case 7 -> new byte[0];
      case 17 -> null;
      case 27 -> new byte[] {'a', ' ', (byte) 0xff, 'b'};
      case 37, 38, 39 -> ODD.get(random.nextInt(ODD.size())).getBytes(StandardCharsets.UTF_8);
      default -> words(random, 10 + random.nextInt(700)).getBytes(StandardCharsets.UTF_8);
    };
  }

  private static String words(Random random, int length) {
    String[] words = WORDS.split(" ");
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(words[random.nextInt(words.length)]).append(random.nextInt(9) == 0 ? ". " : " ");
    }
    return text.toString();
  }
}
