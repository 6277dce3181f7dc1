package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Context;
import io.github.nonplus.device.opencl.binding.Image;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.program.operand.View;

/// The rows that a product reads, copied to where they can be read through the texture cache. A
/// kernel must not write to memory that it reads as an image, so the arena itself cannot be one.
final class Texture implements AutoCloseable {
  /// Every device that reads textures has work-groups of so many.
  private static final int LANES = 64;

  private final Memory rows;
  private final Image image;

  /// @param depth the most inputs of a product
  /// @param tokens the most rows
  Texture(int depth, int tokens, Context context, Allocations allocations) {
    this.rows = allocations.take(bytes(depth, tokens), "the rows of a product");
    this.image = context.image(rows, "the rows of a product");
  }

  static long bytes(int depth, int tokens) {
    return Math.multiplyExact(4L * pitch(depth), tokens);
  }

  private static int pitch(int depth) {
    return Math.ceilDiv(depth, 4) * 4;
  }

  Image image() {
    return image;
  }

  /// Copies `count` rows of a view, from row `first` on.
  void fill(Kernel pack, Frame frame, Queue queue, View view, int first, int count) {
    int stride = view.buffer().width();
    Arguments arguments =
        pack.arguments()
            .memory(frame.arena())
            .index(frame.at(view) + (long) first * stride)
            .number(stride)
            .memory(rows)
            .number(view.width())
            .number(pitch(view.width()));
    Elements.launch(queue, arguments, LANES, pitch(view.width()), count);
  }

  @Override
  public void close() {
    image.close();
  }
}
