package io.github.nonplus.divergence;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Computation;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
import io.github.nonplus.library.Function;
import io.github.nonplus.perplexity.ScoringModel;
import io.github.nonplus.weights.ModelWeights;
import java.nio.file.Path;

/// A side that is a program on a device.
final class DeviceSide implements Side {
  private final Device device;
  private final ModelWeights weights;
  private final Executable executable;
  private final SideAccount account;

  private DeviceSide(
      Device device, ModelWeights weights, Executable executable, SideAccount account) {
    this.device = device;
    this.weights = weights;
    this.executable = executable;
    this.account = account;
  }

  /// Opens the device and the weights.
  ///
  /// @param tokens the most of any batch
  static DeviceSide open(ScoringModel model, SideRequest request, int tokens) {
    Function score = model.score();
    Device device = Devices.open(request.device(), request.options());
    ModelWeights weights = null;
    try {
      Computation computation = device.computation(score.program());
      device.expect(score);
      weights = model.directory().openWeights();
      Executable executable = device.load(score, weights, tokens);
      return new DeviceSide(
          device, weights, executable, account(model, device, computation, weights));
    } catch (RuntimeException e) {
      if (weights != null) {
        weights.close();
      }
      device.close();
      throw e;
    }
  }

  private static SideAccount account(
      ScoringModel model, Device device, Computation computation, ModelWeights weights) {
    return new SideAccount(
        model.account(weights, model.tokenizerSha256()),
        device.name(),
        device.description(),
        computation.kernels(),
        device.threads(),
        computation.arithmetic().words(),
        model.libraryFile().map(Path::toString).orElse(null),
        model.librarySha256().orElse(null));
  }

  @Override
  public SideAccount account() {
    return account;
  }

  @Override
  public int vocabulary() {
    return executable.vocabulary();
  }

  @Override
  public void begin(Batch batch) {
    executable.begin(batch);
  }

  @Override
  public void logits(int from, int to, float[] into) {
    executable.logits(from, to, into);
  }

  @Override
  public void close() {
    executable.close();
    weights.close();
    device.close();
  }
}
