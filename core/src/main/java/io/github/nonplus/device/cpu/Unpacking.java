package io.github.nonplus.device.cpu;

import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Groups;
import io.github.nonplus.weights.InputCodes;

/// From what is stored to weights in float32.
public interface Unpacking {
  /// Words and scales behind the last one that may be read, whatever they are.
  int SLACK = 16;

  /// Writes the values of `count` numbers of 16 bits, which are exact.
  ///
  /// @param type float16 or bfloat16
  void widen(ElementType type, short[] halves, int count, float[] weights, int weightsAt);

  /// Writes the first `count` weights that came apart into groups: the same as [Groups#compose].
  void compose(Groups groups, int count, float[] weights, int weightsAt);

  /// Writes the weights of the first `count` outputs for the input at hand: the same as
  /// [InputCodes#compose].
  void compose(InputCodes codes, int count, float[] weights, int weightsAt);

  /// Copies outputs that lie side by side into a tile that is as wide: output n of input k from
  /// blockAt + k · outputs + n to tileAt + k · width + n.
  ///
  /// @param width outputs of the tile, [Products#tileOutputs]
  void deal(
      float[] block, int blockAt, int outputs, int inputs, int width, float[] tile, int tileAt);

  /// Writes the weights of a tile of outputs of group quantization, in the order of [Tiles]: weight
  /// k of its output n at tileAt + k · width + n. A weight is (code − zero point) · scale, rounded
  /// to the scheme's model type.
  ///
  /// @param inputs how many
  /// @param width outputs of the tile, [Products#tileOutputs]
  /// @param words word i of output n at at + i · stride + n, as many as the groups of `inputs`
  ///   inputs have, and [#SLACK]
  /// @param scales the scale of group g at at + g · stride + n, and [#SLACK]
  /// @param tile room for `inputs` · `width` weights from tileAt on
  void unpack(
      GroupQuantization scheme,
      int inputs,
      int width,
      int[] words,
      float[] scales,
      int at,
      int stride,
      float[] tile,
      int tileAt);
}
