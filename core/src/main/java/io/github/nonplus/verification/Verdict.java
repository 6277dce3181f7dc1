package io.github.nonplus.verification;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.nonplus.program.op.Operation;
import java.util.Comparator;
import java.util.List;

/// A device agrees with the reference: by how much the two were apart at most.
///
/// @param reference the device and its kernels: `cpu, kernels vector-256`
/// @param windows that both ran, counted from 1
/// @param operations each operation whose result both showed, in order; the last is the score
/// @param passedOver operations whose results the device never had in its memory
/// @param parted what was not compared, as one went to other experts than the other before, within
///   what rounding explains; left out if there is nothing
/// @param measured windows, counted from 1, in which the estimate of what rounding explains did not
///   suffice and was measured, by disturbing the reference; left out if there are none
public record Verdict(
    String reference,
    List<Integer> windows,
    List<Operation> operations,
    List<String> passedOver,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> parted,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Integer> measured) {
  public Verdict {
    windows = List.copyOf(windows);
    operations = List.copyOf(operations);
    passedOver = List.copyOf(passedOver);
    parted = List.copyOf(parted);
    measured = List.copyOf(measured);
  }

  /// The largest difference of one operation.
  ///
  /// @param layer counted from 0; null outside of layers
  /// @param difference relative to the largest number of the reference's row; of the score, in nats
  /// @param allowed what rounding explains
  /// @param window where it is, counted from 1
  /// @param token whose row it is, counted from 0; of the score, the token that is scored
  public record Operation(
      Integer layer, String operation, double difference, double allowed, int window, int token) {}

  /// The largest difference of a token's negative log-likelihood, in nats.
  public Operation largestOfTokens() {
    return operations.getLast();
  }

  /// The operation before the score whose difference is largest.
  public Operation largestOfOperations() {
    return operations.subList(0, operations.size() - 1).stream()
        .max(Comparator.comparingDouble(Operation::difference))
        .orElse(operations.getLast());
  }
}
