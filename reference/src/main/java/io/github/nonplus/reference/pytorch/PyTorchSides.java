package io.github.nonplus.reference.pytorch;

import io.github.nonplus.divergence.Side;
import io.github.nonplus.divergence.SideProvider;
import io.github.nonplus.divergence.SideRequest;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.reference.Variant;
import java.util.List;
import java.util.function.Consumer;

/// PyTorch as one side of a comparison of two models: `pytorch`, or `pytorch:` and a precision.
public final class PyTorchSides implements SideProvider {
  private static final String NAME = "pytorch";

  @Override
  public List<String> names() {
    return List.of(
        NAME,
        NAME + ":float64",
        NAME + ":fp4",
        NAME + ":nf4",
        NAME + ":fp4-double",
        NAME + ":nf4-double");
  }

  @Override
  public boolean accepts(String name) {
    return name.equals(NAME) || name.startsWith(NAME + ":");
  }

  @Override
  public Side open(SideRequest request, Room room, Consumer<String> note) {
    String device = request.device();
    Variant variant =
        Variant.named(device.equals(NAME) ? "float32" : device.substring(NAME.length() + 1))
            .orElseThrow(
                () ->
                    new DeviceException(
                        "'%s' is not known; expected one of %s"
                            .formatted(device, String.join(", ", names()))));
    if (request.library().isPresent()) {
      throw new DeviceException(
          "PyTorch runs no model library; leave out %s".formatted(request.library().get()));
    }
    if (request.options().kernels().isPresent()) {
      throw new DeviceException(
          "PyTorch chooses its kernels itself; leave out '%s'"
              .formatted(request.options().kernels().get()));
    }
    TorchModel model = TorchModel.load(request.model(), variant, request.options().threads(), note);
    try {
      room.requireFits(request.model() + " in PyTorch", model.longestWindow(), model.vocabulary());
      return new TorchSide(model);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }
}
