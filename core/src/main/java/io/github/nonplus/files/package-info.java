/// Files read with suspicion and written with care: JSON with limits, digests, outputs that appear
/// whole or not at all. Not here: what the files mean.
package io.github.nonplus.files;
