package io.github.nonplus.device;

import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Mask;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import java.util.ArrayList;
import java.util.List;

/// Attention with each of its settings alone, in pairs, and all at once: four query heads on two
/// key heads.
final class AttendCases {
  private static final int HEADS = 4;
  private static final int KEY_HEADS = 2;
  private static final int SIZE = 8;

  /// Bits of a set of settings.
  private static final int SLOPES = 1;

  private static final int CAP = 2;
  private static final int SINKS = 4;
  private static final int VALUES = 8;
  private static final int SELECTED = 16;
  private static final int ALL = 31;

  private AttendCases() {}

  static List<OperationCase> all() {
    List<OperationCase> cases = new ArrayList<>();
    for (Mask mask : List.of(Mask.CAUSAL, new Mask.Sliding(19), new Mask.Chunked(48))) {
      for (int settings = 0; settings <= ALL; settings++) {
        int most = mask == Mask.CAUSAL ? 2 : 1;
        if (Integer.bitCount(settings) <= most) {
          cases.add(of(mask, settings));
        }
      }
    }
    cases.addAll(everything());
    cases.addAll(KeyCases.all());
    return cases;
  }

  /// All settings at once, and masks as narrow and as wide as they can be.
  static List<OperationCase> everything() {
    return List.of(
        of(new Mask.Sliding(40), ALL),
        of(new Mask.Chunked(37), ALL),
        of(new Mask.Sliding(1), SINKS),
        of(new Mask.Sliding(1 << 20), 0),
        of(new Mask.Chunked(1), 0),
        of(new Mask.Rolling(40, 40, 4), ALL),
        of(new Mask.Rolling(19, 7, 0), ALL),
        of(new Mask.Rolling(30, 1, 29), 0));
  }

  private static OperationCase of(Mask mask, int settings) {
    int valueSize = has(settings, VALUES) ? 12 : SIZE;
    int keys = KEY_HEADS * SIZE;
    Buffer x = new Buffer("x", RowSpace.TOKENS, HEADS * SIZE + keys + KEY_HEADS * valueSize);
    Attend attend =
        new Attend(
            new View(x, 0, HEADS * SIZE),
            new View(x, HEADS * SIZE, keys),
            new View(x, HEADS * SIZE + keys, KEY_HEADS * valueSize),
            SIZE,
            valueSize,
            mask,
            has(settings, SLOPES) ? List.of(0.5, 0.25, 0.125, 0.0625) : List.of(),
            has(settings, CAP) ? 2 : 0,
            has(settings, SINKS) ? Parameter.vector("sinks", HEADS) : null,
            0.3,
            new Buffer(
                "out",
                has(settings, SELECTED) ? RowSpace.SELECTED : RowSpace.TOKENS,
                HEADS * valueSize));
    return OperationCases.of(x, new GivenWeights().withVector("sinks", HEADS), attend);
  }

  private static boolean has(int settings, int setting) {
    return (settings & setting) != 0;
  }
}
