package io.github.nonplus.spark;

import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.perplexity.MachineAccount;
import io.github.nonplus.scoring.Scorer;
import java.io.Serializable;

/// What every executor has to be, so that all of them give the same bits.
///
/// @param weightsSha256 digest of the weights on the driver
/// @param identity of the device of the executor that was asked first; null as long as none was
/// @param build digests of the code there; null likewise
record Expected(String weightsSha256, String identity, String build) implements Serializable {
  /// Refuses an executor that would give others.
  void require(Scorer scorer, String where) {
    if (!scorer.weightsSha256().equals(weightsSha256)) {
      throw new WeightsException(
          "the model %s on %s has weights of sha256 %s, but the driver's has %s; put the same model on every machine"
              .formatted(
                  scorer.model().directory().path(), where, scorer.weightsSha256(), weightsSha256));
    }
    MachineAccount machine = scorer.machine();
    if (identity != null && !identity.equals(machine.identity())) {
      throw new DeviceException(
          "%s computes with '%s', but the run began with '%s', whose bits differ; let the run have executors of one kind"
              .formatted(where, machine.identity(), identity));
    }
    if (build != null && !build.equals(machine.build())) {
      throw new DeviceException(
          "%s runs the build %s of Nonplus, but the run began with %s; give all executors one jar"
              .formatted(where, machine.build(), build));
    }
  }

  /// The same, once an executor was asked.
  Expected with(MachineAccount machine) {
    return new Expected(weightsSha256, machine.identity(), machine.build());
  }
}
