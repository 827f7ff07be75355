package rivals

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A Process is a server that runs on its own, so that what the kernel counts for it
// is the server's alone: not the driver's, not another contestant's.
type Process struct {
	Addr string

	cmd    *exec.Cmd
	output *tail
	ended  chan struct{} // closed when it has
	result error         // once it has ended
}

// stopTimeout is how long a server may take to end when it is asked to.
const stopTimeout = 10 * time.Second

// start runs a command until its standard output or error has a line from which
// found reads the address it listens on.
func start(ctx context.Context, cmd *exec.Cmd, found func(line string) (addr string, ok bool)) (*Process, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = write, write
	// A server must not outlive a benchmark that was killed.
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	err = cmd.Start()
	_ = write.Close() // the child has its own
	if err != nil {
		_ = read.Close()
		return nil, err
	}
	p := &Process{cmd: cmd, output: &tail{}, ended: make(chan struct{})}
	addr := make(chan string, 1)
	go func() {
		defer func() { _ = read.Close() }()
		lines := bufio.NewScanner(read)
		for lines.Scan() {
			p.output.add(lines.Text())
			if a, ok := found(lines.Text()); ok && len(addr) == 0 {
				addr <- a
			}
		}
		_, _ = io.Copy(io.Discard, read) // a line too long for the scanner must not stop the server
		p.result = cmd.Wait()
		close(p.ended)
	}()
	select {
	case p.Addr = <-addr:
		return p, nil
	case <-p.ended:
		return nil, fmt.Errorf("%s did not start: %w\n%s", cmd.Path, p.result, p.output)
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), p.Stop())
	}
}

// Stop asks the server to end, and makes it.
func (p *Process) Stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // one that has ended already is what we want
	select {
	case <-p.ended:
		return nil
	case <-time.After(stopTimeout):
		_ = p.cmd.Process.Kill()
		<-p.ended
		return fmt.Errorf("%s did not end within %v\n%s", p.cmd.Path, stopTimeout, p.output)
	}
}

// Output is the end of what the server has printed, for errors.
func (p *Process) Output() string { return p.output.String() }

// Memory is what the server has in memory now, and the most it ever had, in bytes.
func (p *Process) Memory() (now, peak int64, err error) {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/status")
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(status)) {
		var kb int64
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kb); n == 1 {
			now = kb << 10
		}
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kb); n == 1 {
			peak = kb << 10
		}
	}
	return now, peak, nil
}

// ticksPerSecond is the unit of CPU times in /proc, the same on every Linux.
const ticksPerSecond = 100

// CPU is how much processor time the server has used.
func (p *Process) CPU() (time.Duration, error) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/stat")
	if err != nil {
		return 0, err
	}
	// The second field is a name in brackets, which may hold anything; the times in user
	// and kernel mode are the twelfth and thirteenth after it.
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, fmt.Errorf("%q is no process's stat", stat)
	}
	var ticks int64
	for _, field := range fields[11:13] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / ticksPerSecond, nil
}
