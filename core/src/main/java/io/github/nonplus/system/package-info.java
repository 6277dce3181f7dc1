/// What only the system knows of this process, asked of Windows by its own calls where Java has no
/// word for it: the command line as it was typed, the console, memory and processor.
package io.github.nonplus.system;
