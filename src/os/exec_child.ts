// The child of `runner exec`, from the fork until it is the command.
import { encodeText } from "./byte_text.ts";
import { ERRNO } from "./errno.ts";
import { DISPOSITION } from "./exec_config.ts";
import { type InitParts, SIG_SETMASK, SIGACTION_SIZE, SIGNAL_SET_SIZE } from "./exec_parts.ts";
import { TERMINAL } from "./exec_parts.ts";

const SIG_IGN = 1;
const LAST_SIGNAL = 64;
const ENOEXEC = 8;
/** What is wrong with one place and may not be with the next: ENOENT, ESTALE, ENOTDIR, ENODEV, ETIMEDOUT. */
const LOOK_FURTHER = [ERRNO.ENOENT, 116, 20, 19, 110];

/** Its signals are blocked, all of them, until the last moment: whatever comes meanwhile reaches the command. */
export function writeChild(parts: InitParts): void {
  parts.p.label("child");
  writeCompany(parts);
  writePlace(parts);
  writeSignalState(parts);
  writeExecute(parts);
}

/** Errors are of no interest: a child without a terminal of its own runs just as well. */
function writeCompany({ p, cells, told }: InitParts): void {
  p.unless([told("ownGroup"), "==", 0], () => {
    p.system(null, "setpgid", 0, 0);
    p.unless([cells.hasTerminal, "==", 0], () => {
      p.system(cells.pid, "getpid");
      p.system(null, "ioctl", 0, TERMINAL.setGroup, cells.pid.cell);
    });
  });
  p.unless([told("ownSession"), "==", 0], () => {
    p.system(null, "setsid");
    p.system(null, "ioctl", 0, TERMINAL.take, 0);
  });
}

/** Who it is and where it is. */
function writePlace({ p, cells, told, say }: InitParts): void {
  const { error } = cells;
  const failUnlessDone = (event: "cannot change user" | "cannot change folder") => {
    p.unless([error, ">=", 0], () => {
      p.compute(error, [0, "-", error]);
      say(event);
      p.system(null, "exit_group", told("other"));
    });
  };
  p.unless([told("hasUser"), "==", 0], () => {
    const [uid, gid] = [told("uid"), told("gid")];
    p.system(error, "setgroups", told("groupCount"), told("groups"));
    failUnlessDone("cannot change user");
    p.system(error, "setresgid", gid, gid, gid);
    failUnlessDone("cannot change user");
    p.system(error, "setresuid", uid, uid, uid);
    failUnlessDone("cannot change user");
  });
  p.unless([told("directory"), "==", 0], () => {
    p.system(error, "chdir", told("directory"));
    failUnlessDone("cannot change folder");
  });
}

function writeSignalState({ p, cells, told }: InitParts): void {
  const { scratch, signal } = cells;
  const byDefault = p.zeroes(SIGACTION_SIZE);
  const ignored = p.bytes(Uint8Array.of(SIG_IGN, ...new Uint8Array(SIGACTION_SIZE - 1)));
  p.set(signal, LAST_SIGNAL);
  p.label("next disposition");
  p.compute(scratch, [told("dispositions"), "+", signal]);
  p.read(scratch, { at: scratch, width: 1 });
  p.unless([scratch, "!=", DISPOSITION.byDefault], () => {
    p.system(null, "rt_sigaction", signal, byDefault, 0, SIGNAL_SET_SIZE);
  });
  p.unless([scratch, "!=", DISPOSITION.ignored], () => {
    p.system(null, "rt_sigaction", signal, ignored, 0, SIGNAL_SET_SIZE);
  });
  p.compute(signal, [signal, "-", 1]);
  p.branch([signal, ">", 0], "next disposition");
  const mask = told("childMask").cell;
  p.system(null, "rt_sigprocmask", SIG_SETMASK, mask, 0, SIGNAL_SET_SIZE);
}

/** As execvp of the C library: one place after the other, and what is no program is a script for sh. */
function writeExecute({ p, cells, told, say }: InitParts): void {
  const { argv, envp, error, scratch, pid, status } = cells;
  const isDenied = status;
  const place = pid;
  p.set(isDenied, 0);
  p.set(place, told("places"));
  p.set(error, -ERRNO.ENOENT);
  p.label("next place");
  p.read(scratch, { at: place, width: 8 });
  p.branch([scratch, "==", 0], "no place");
  p.system(error, "execve", scratch, argv, envp);
  p.branch([error, "==", -ENOEXEC], "script");
  p.compute(place, [place, "+", 8]);
  p.unless([error, "!=", -ERRNO.EACCES], () => {
    p.set(isDenied, 1);
    p.jump("next place");
  });
  for (const errno of LOOK_FURTHER) p.branch([error, "==", -errno], "next place");
  p.jump("cannot execute");

  p.label("script");
  const shell = p.bytes(encodeText("/bin/sh"));
  p.write(scratch, { at: argv, width: 8 });
  p.compute(argv, [argv, "-", 8]); // the place of our own words, which nobody needs any more
  p.write(shell, { at: argv, width: 8 });
  p.system(error, "execve", shell, argv, envp);
  p.jump("cannot execute");

  p.label("no place");
  p.unless([isDenied, "==", 0], () => p.set(error, -ERRNO.EACCES));
  p.label("cannot execute");
  p.compute(error, [0, "-", error]);
  say("cannot execute");
  p.unless([error, "!=", ERRNO.ENOENT], () => p.system(null, "exit_group", told("missing")));
  p.unless([error, "!=", ERRNO.EACCES], () => p.system(null, "exit_group", told("denied")));
  p.system(null, "exit_group", told("other"));
}
