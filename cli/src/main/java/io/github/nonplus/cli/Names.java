package io.github.nonplus.cli;

import io.github.nonplus.protocol.Protocol;
import io.github.nonplus.protocol.Protocols;
import io.github.nonplus.quantization.Quantization;
import java.util.Iterator;
import java.util.List;

/// Names that a help text lists, taken from where they are defined.
sealed class Names implements Iterable<String> {
  private final List<String> names;

  private Names(List<String> names) {
    this.names = names;
  }

  @Override
  public Iterator<String> iterator() {
    return names.iterator();
  }

  /// The protocols, the default first.
  static final class OfProtocols extends Names {
    OfProtocols() {
      super(Protocols.ALL.stream().map(Protocol::name).toList());
    }
  }

  /// The schemes of quantization that are computed here.
  static final class OfComputedSchemes extends Names {
    OfComputedSchemes() {
      super(Quantization.computed());
    }
  }

  /// The schemes of quantization.
  static final class OfSchemes extends Names {
    OfSchemes() {
      super(Quantization.ALL.stream().map(Quantization::name).toList());
    }
  }
}
