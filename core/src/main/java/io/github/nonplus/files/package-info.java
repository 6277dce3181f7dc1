/// Reading and writing files safely: JSON, digests, directories that appear whole or not at all.
/// Not here: any format's meaning.
package io.github.nonplus.files;
