package io.github.nonplus.perplexity;

import io.github.nonplus.device.Computation;
import io.github.nonplus.device.Device;

/// What a journal says of the machine that computed its windows, in a form that travels from there
/// to where the journal is written.
///
/// @param identity all of the device that the bits of a loss depend on
/// @param build digests of the code that computes
/// @param session when it began, device, kernels, threads and versions, as JSON
public record MachineAccount(String identity, String build, String session) {
  /// Of this machine, now.
  public static MachineAccount now(Device device, Computation computation) {
    return new MachineAccount(
        device.identity(computation),
        RunIdentity.build(device),
        Session.now(device, computation).json().toString());
  }
}
