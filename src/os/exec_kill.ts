// How the init of `runner exec` kills everything that is left, and waits for it.
import { SIGNAL } from "../base/signals.ts";
import { encodeText } from "./byte_text.ts";
import type { InitParts } from "./exec_parts.ts";

const AT_FDCWD = -100;
const O_CLOEXEC = 0o2000000;
const CHILDREN = "/proc/thread-self/children";
const CHUNK = 512;
const DIGIT_ZERO = 0x30;

/**
 * Orphans of those that are killed become our children and are killed next, so that in the end there is nobody. Goes on
 * at "leave".
 */
export function writeKillEverything(parts: InitParts): void {
  const { p, cells, told, say } = parts;
  const { child, hasEnded, pid, scratch, status } = cells;
  p.label("time is over");
  say("killing");
  p.label("kill everything");
  p.unless([hasEnded, "!=", 0], () => p.system(null, "kill", child, SIGNAL.KILL));
  // Where the child has no group of its own, none has this number.
  p.compute(scratch, [0, "-", child]);
  p.system(null, "kill", scratch, SIGNAL.KILL);
  p.label("kill the rest");
  p.unless([told("isInit"), "==", 0], () => {
    p.system(null, "kill", -1, SIGNAL.KILL);
    p.jump("killed children");
  });
  writeKillChildren(parts);
  p.label("killed children");
  p.system(pid, "wait4", -1, status.cell, 0, 0);
  p.branch([pid, "<", 0], "leave");
  p.unless([pid, "!=", child], () => p.call("note end"));
  p.jump("kill the rest");
}

/** Where the system does not list them, only the child is waited for. */
function writeKillChildren({ p, cells }: InitParts): void {
  const { error, hasEnded, pid, scratch } = cells;
  const [fd, at, byte] = [p.cell(), p.cell(), p.cell()];
  const buffer = p.zeroes(CHUNK);
  p.system(fd, "openat", AT_FDCWD, p.bytes(encodeText(CHILDREN)), O_CLOEXEC, 0);
  p.unless([fd, ">=", 0], () => {
    p.branch([hasEnded, "!=", 0], "leave");
    p.jump("killed children");
  });
  p.set(pid, 0);
  p.label("next chunk");
  p.system(scratch, "read", fd, buffer, CHUNK);
  p.branch([scratch, "<=", 0], "no more children");
  p.set(at, buffer);
  p.compute(scratch, [scratch, "+", buffer]);
  p.label("next byte");
  p.branch([at, ">=", scratch], "next chunk");
  p.read(byte, { at, width: 1 });
  p.compute(at, [at, "+", 1]);
  p.unless([byte, "<", DIGIT_ZERO], () => {
    p.compute(pid, [pid, "*", 10]);
    p.compute(pid, [pid, "+", byte]);
    p.compute(pid, [pid, "-", DIGIT_ZERO]);
    p.jump("next byte");
  });
  p.unless([pid, "==", 0], () => p.system(error, "kill", pid, SIGNAL.KILL));
  p.set(pid, 0);
  p.jump("next byte");
  p.label("no more children");
  p.system(null, "close", fd);
}
