// The first steps of the init of `runner exec`: what it is, who has the terminal, the fork.
import { SIGNAL } from "../base/signals.ts";
import { encodeText } from "./byte_text.ts";
import type { InitParts } from "./exec_parts.ts";
import { SIG_SETMASK, SIGACTION_SIZE, SIGNAL_SET_SIZE, TERMINAL } from "./exec_parts.ts";

const PR_SET_PDEATHSIG = 1;
const PR_SET_NAME = 15;
const PR_SET_CHILD_SUBREAPER = 36;

/** Up to the first wait. */
export function writeStart(parts: InitParts): void {
  writeSelf(parts);
  writeTerminal(parts);
  writeFork(parts);
}

/** Where argv and the environment are, and what we are from now on. */
function writeSelf({ p, cells, told }: InitParts): void {
  const { argv, envp, self, group, scratch } = cells;
  p.stack(argv);
  p.read(scratch, { at: argv, width: 8 });
  p.compute(scratch, [scratch, "*", 8]);
  p.compute(envp, [argv, "+", 16]);
  p.compute(envp, [envp, "+", scratch]);
  p.compute(argv, [argv, "+", told("argvOffset")]);
  p.system(null, "prctl", PR_SET_NAME, told("comm"));
  const all = p.bytes(new Uint8Array(SIGNAL_SET_SIZE).fill(0xff));
  p.system(null, "rt_sigprocmask", SIG_SETMASK, all, 0, SIGNAL_SET_SIZE);
  // Whose children are reaped by the kernel never hears of them.
  const byDefault = p.zeroes(SIGACTION_SIZE);
  p.system(null, "rt_sigaction", SIGNAL.CHLD, byDefault, 0, SIGNAL_SET_SIZE);
  p.system(self, "getpid");
  p.system(group, "getpgid", 0);
  p.unless([told("deathSignal"), "==", 0], () => {
    p.system(null, "prctl", PR_SET_PDEATHSIG, told("deathSignal"));
  });
  p.unless([told("subreaper"), "==", 0], () => p.system(null, "prctl", PR_SET_CHILD_SUBREAPER, 1));
}

/** Who shall have the terminal. */
function writeTerminal({ p, cells, told }: InitParts): void {
  const { error, group, hasTerminal, scratch, self } = cells;
  p.unless([told("ownGroup"), "==", 0], () => {
    p.set(hasTerminal, told("takesTerminal"));
    // From the background nothing is taken away from a shell.
    p.system(error, "ioctl", 0, TERMINAL.getGroup, scratch.cell);
    p.unless([error, "!=", 0], () => {
      p.unless([scratch, "!=", group], () => p.set(hasTerminal, 1));
    });
  });
  p.unless([told("ownSession"), "==", 0], () => {
    p.system(error, "ioctl", 0, TERMINAL.giveUp, 0);
    p.unless([error, "!=", 0], () => {
      // The kernel tells the group of a leader that goes: not what the child is to hear.
      p.system(scratch, "getsid", 0);
      p.unless([scratch, "!=", self], () => {
        for (const signal of [SIGNAL.HUP, SIGNAL.CONT]) {
          const one = new Uint8Array(SIGNAL_SET_SIZE);
          new DataView(one.buffer).setBigUint64(0, 1n << BigInt(signal - 1), true);
          const atOnce = p.zeroes(16);
          p.system(null, "rt_sigtimedwait", p.bytes(one), 0, atOnce, SIGNAL_SET_SIZE);
        }
      });
    });
  });
}

function writeFork({ p, cells, told, say }: InitParts): void {
  const { child, target, error } = cells;
  p.system(child, "clone", SIGNAL.CHLD, 0, 0, 0, 0);
  p.branch([child, "==", 0], "child");
  p.unless([child, ">=", 0], () => {
    p.compute(error, [0, "-", child]);
    say("cannot fork");
    p.system(null, "exit_group", 1);
  });
  // The child does it, too: whoever comes first, no signal finds a group that is not there yet.
  p.unless([told("ownGroup"), "==", 0], () => p.system(null, "setpgid", child, child));
  p.set(target, child);
  p.unless([told("signalsGroup"), "==", 0], () => p.compute(target, [0, "-", child]));
  p.unless([told("leavesFolder"), "==", 0], () => {
    p.system(null, "chdir", p.bytes(encodeText("/")));
  });
  say("spawned");
}
