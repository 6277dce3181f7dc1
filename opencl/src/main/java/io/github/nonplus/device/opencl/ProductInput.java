package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.program.operand.View;

/// How a product gets its rows: where they lie in the arena, or as a texture.
///
/// @param texture null if they are read where they lie
/// @param pack copies them into the texture
record ProductInput(View view, Texture texture, Kernel pack) {
  static ProductInput of(View view, ProductShape shape, Resources resources) {
    return shape.texture()
        ? new ProductInput(view, resources.texture(), resources.kernel(Specializations.pack()))
        : new ProductInput(view, null, null);
  }

  /// Makes rows `first` to `first + count` ready.
  void prepare(Frame frame, Queue queue, int first, int count) {
    if (texture != null) {
      texture.fill(pack, frame, queue, view, first, count);
    }
  }

  /// Adds the parameters `INPUT_PARAMETERS` of product.cl for the rows from `first` on.
  Arguments addTo(Arguments arguments, Frame frame, int first) {
    int stride = view.buffer().width();
    return texture != null
        ? arguments.image(texture.image())
        : arguments.index(frame.at(view) + (long) first * stride).number(stride);
  }
}
