// The init of `runner exec` as a program: starts the child, forwards signals, reaps, ends as the child did.
import { SIGNAL } from "../base/signals.ts";
import { ERRNO } from "./errno.ts";
import { writeChild } from "./exec_child.ts";
import { writeKillEverything } from "./exec_kill.ts";
import { Program } from "./exec_machine.ts";
import { configCell, initCells, type InitParts, SIGNAL_SET_SIZE, TERMINAL } from "./exec_parts.ts";
import { speaker } from "./exec_say.ts";
import { writeStart } from "./exec_start.ts";

const WNOHANG = 1;
const WUNTRACED = 2;
const CLOCK_MONOTONIC = 1;
const NANOS = 1e9;
const STOPPED = 0x7f;
const STOPPING: readonly number[] = [SIGNAL.INT, SIGNAL.QUIT, SIGNAL.TERM];

/** The program; what it is told differs from call to call, the program never. */
export function initProgram(): Program {
  const p = new Program();
  const cells = initCells(p);
  const { say, writeSubroutines } = speaker(p, cells);
  const parts: InitParts = { p, cells, told: configCell, say };
  writeStart(parts);
  writeWait(parts);
  writeForward(parts);
  writeReap(parts);
  writeEnd(parts);
  writeKillEverything(parts);
  writeChild(parts);
  writeSubroutines();
  return p;
}

/** One signal after the other, each as soon as it comes. */
function writeWait({ p, cells }: InitParts): void {
  const { deadline, scratch, signal } = cells;
  const all = p.bytes(new Uint8Array(SIGNAL_SET_SIZE).fill(0xff));
  const seconds = p.zeroes(16);
  p.label("wait");
  p.unless([deadline, "==", 0], () => {
    p.call("read clock");
    p.compute(scratch, [deadline, "-", scratch]);
    p.branch([scratch, "<=", 0], "time is over");
    p.compute(signal, [scratch, "/", NANOS]);
    p.write(signal, { at: seconds, width: 8 });
    p.compute(scratch, [scratch, "%", NANOS]);
    p.write(scratch, { at: seconds + 8, width: 8 });
    p.system(signal, "rt_sigtimedwait", all, 0, seconds, SIGNAL_SET_SIZE);
    p.jump("woken");
  });
  p.system(signal, "rt_sigtimedwait", all, 0, 0, SIGNAL_SET_SIZE);
  p.label("woken");
  p.branch([signal, "<=", 0], "wait");
  p.branch([signal, "==", SIGNAL.CHLD], "reap");
}

function writeForward(parts: InitParts): void {
  const { p, cells, told, say } = parts;
  const { child, error, scratch, signal, target } = cells;
  writeContinue(parts);
  p.compute(scratch, [told("forwardedAs"), "+", signal]);
  p.read(scratch, { at: scratch, width: 1 });
  p.unless([scratch, "!=", 0], () => {
    say("not forwarded");
    p.jump("forwarded");
  });
  p.system(error, "kill", target, scratch);
  // A session is made by the child itself; until then there is only the child.
  p.unless([error, "!=", -ERRNO.ESRCH], () => p.system(error, "kill", child, scratch));
  say("forwarded");
  p.label("forwarded");
  writeDeadline(parts);
  p.compute(scratch, [told("suspendedBy"), "+", signal]);
  p.read(scratch, { at: scratch, width: 1 });
  p.branch([scratch, "==", 0], "wait");
  say("suspended");
  p.system(null, "kill", cells.self, SIGNAL.STOP);
  p.jump("wait");
}

/** A shell that continues us gives the terminal to our group: the child's shall have it. */
function writeContinue({ p, cells, told }: InitParts): void {
  const { child, group, hasTerminal, scratch, signal } = cells;
  const end = p.fresh();
  p.branch([signal, "!=", SIGNAL.CONT], end);
  p.branch([hasTerminal, "==", 0], end);
  p.branch([told("followsStops"), "==", 0], end);
  p.set(scratch, 0);
  p.system(null, "ioctl", 0, TERMINAL.getGroup, scratch.cell);
  p.branch([scratch, "!=", group], end);
  p.system(null, "ioctl", 0, TERMINAL.setGroup, child.cell);
  p.label(end);
}

/** The first signal that asks for the end says when everything will be killed. */
function writeDeadline({ p, cells, told }: InitParts): void {
  const { deadline, scratch, signal } = cells;
  p.branch([told("stopNanos"), "<", 0], "noted");
  for (const stop of STOPPING) p.branch([signal, "==", stop], "stop was asked");
  p.jump("noted");
  p.label("stop was asked");
  p.branch([deadline, "!=", 0], "noted");
  p.call("read clock");
  p.compute(deadline, [scratch, "+", told("stopNanos")]);
  p.label("noted");
}

/** All zombies there are, then what the end of the child means. */
function writeReap({ p, cells, told, say }: InitParts): void {
  const { child, hasEnded, hasTerminal, pid, scratch, self, status } = cells;
  p.label("reap");
  p.compute(scratch, [told("followsStops"), "*", WUNTRACED]);
  p.compute(scratch, [scratch, "+", WNOHANG]);
  p.system(pid, "wait4", -1, status.cell, scratch, 0);
  p.branch([pid, "<=", 0], "reaped");
  p.compute(scratch, [status, "&", 0xff]);
  p.unless([scratch, "!=", STOPPED], () => {
    p.branch([pid, "!=", child], "reap");
    p.branch([hasTerminal, "==", 0], "reap");
    p.system(null, "kill", self, SIGNAL.STOP);
    p.jump("reap");
  });
  p.unless([pid, "!=", child], () => {
    p.call("note end");
    p.jump("reap");
  });
  say("orphan");
  p.jump("reap");
  p.label("reaped");
  p.branch([hasEnded, "==", 0], "wait");
}

/** What happens when the child has ended, and two subroutines. */
function writeEnd(parts: InitParts): void {
  const { p, cells, told } = parts;
  const { code, deadline, group, hasTerminal, scratch, target } = cells;
  p.unless([told("farewell"), "==", 0], () => p.system(null, "kill", target, told("farewell")));
  p.branch([deadline, "!=", 0], "kill everything");
  p.label("leave");
  p.compute(scratch, [told("expected"), "+", code]);
  p.read(scratch, { at: scratch, width: 1 });
  p.unless([scratch, "==", 0], () => p.set(code, 0));
  p.unless([told("followsStops"), "==", 0], () => {
    p.unless([hasTerminal, "==", 0], () => {
      p.system(null, "ioctl", 0, TERMINAL.setGroup, group.cell);
    });
  });
  p.system(null, "exit_group", code);
  writeNoteEnd(parts);
  writeReadClock(parts);
}

function writeNoteEnd({ p, cells, say }: InitParts): void {
  const { code, hasEnded, status } = cells;
  p.label("note end");
  p.set(hasEnded, 1);
  p.compute(code, [status, "&", STOPPED]);
  p.unless([code, "!=", 0], () => {
    p.compute(code, [status, ">>", 8]);
    p.compute(code, [code, "&", 0xff]);
    say("exited");
    p.return();
  });
  p.compute(code, [code, "+", 128]);
  say("ended by signal");
  p.return();
}

/** Nanoseconds, in `scratch`. */
function writeReadClock({ p, cells }: InitParts): void {
  const { scratch } = cells;
  const time = p.zeroes(16);
  const rest = p.cell();
  p.label("read clock");
  p.system(null, "clock_gettime", CLOCK_MONOTONIC, time);
  p.read(scratch, { at: time, width: 8 });
  p.compute(scratch, [scratch, "*", NANOS]);
  p.read(rest, { at: time + 8, width: 8 });
  p.compute(scratch, [scratch, "+", rest]);
  p.return();
}
