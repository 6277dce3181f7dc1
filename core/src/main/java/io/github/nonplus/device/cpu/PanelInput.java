package io.github.nonplus.device.cpu;

/// The strips that a panel is multiplied with.
@FunctionalInterface
interface PanelInput {
  /// Where the first input of a strip is.
  int at(int strip);

  /// What multiplies a strip.
  default PanelProducts products(Products all, int strip) {
    return all;
  }
}
