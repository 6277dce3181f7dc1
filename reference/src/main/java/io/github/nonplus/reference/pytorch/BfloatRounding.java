package io.github.nonplus.reference.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// PyTorch's own conversion to bfloat16. DJL's binding does not know that type and ends the process
/// when it is asked for it, or what type such an array has; so the operator is called through a
/// TorchScript module of one line, `x.to(torch.bfloat16)`, and nobody asks an array's type.
record BfloatRounding(PtSymbolBlock module, PtNDManager manager) {
  private static final String MODULE = "bfloat16.pt";

  static BfloatRounding load(PtNDManager manager) {
    try (InputStream in = BfloatRounding.class.getResourceAsStream(MODULE)) {
      return new BfloatRounding(JniUtils.loadModule(manager, in, false, false), manager);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// `x` in bfloat16, to nearest.
  NDArray rounded(PtNDArray x) {
    try (IValue given = IValue.from(x);
        IValue result = module.forward(given)) {
      // What a module returns cannot be changed in place; a copy can.
      try (PtNDArray tensor = result.toTensor(manager)) {
        return JniUtils.clone(tensor);
      }
    }
  }
}
