package io.github.nonplus.failure;

/// A device that is not there, or that failed while it worked.
public sealed class DeviceException extends NonplusException permits NotFiniteException {
  public DeviceException(String message) {
    this(message, null);
  }

  public DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
