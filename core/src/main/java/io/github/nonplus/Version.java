package io.github.nonplus;

/// Which Nonplus this is.
public final class Version {
  /// As results and libraries record it.
  public static final String NAME = "0.1.0";

  private Version() {}
}
