/// The engine `pytorch`: libtorch inside this process, through DJL's binding. The forward pass is
/// written with PyTorch's operators alone. Not here: reading a checkpoint (`reference.checkpoint`)
/// and four-bit arithmetic (`reference.bitsandbytes`).
package io.github.nonplus.reference.pytorch;
