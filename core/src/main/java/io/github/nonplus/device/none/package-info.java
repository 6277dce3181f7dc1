/// The device `null`: plans everything, executes nothing. It makes the compiler testable anywhere.
package io.github.nonplus.device.none;
