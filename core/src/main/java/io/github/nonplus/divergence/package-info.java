/// How far one model's next-token distribution is from another's, token by token, on the same
/// windows: a reference and a candidate run in step, so logits are compared as they are made and
/// never kept. Not here: how logits come about (`device`), nor the arithmetic of rows
/// (`device.cpu`).
///
/// To be a side of a comparison without being a device that runs programs, an engine implements
/// [io.github.nonplus.divergence.Side] and is offered by an
/// [io.github.nonplus.divergence.SideProvider].
package io.github.nonplus.divergence;
