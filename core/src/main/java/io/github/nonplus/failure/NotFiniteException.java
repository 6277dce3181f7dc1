package io.github.nonplus.failure;

/// A window whose losses are no numbers. It is that window's own fault, or its model's: others that
/// the device computes are not touched by it.
public final class NotFiniteException extends DeviceException {
  public NotFiniteException(String message) {
    super(message, null);
  }
}
