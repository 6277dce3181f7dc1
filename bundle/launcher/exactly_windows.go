package main

import (
	"os/exec"
	"syscall"
)

// exactly gives a process this command line, letter by letter.
func exactly(command *exec.Cmd, line string, _ []string) {
	command.SysProcAttr = &syscall.SysProcAttr{CmdLine: line}
}
