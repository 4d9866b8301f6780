// Starts the runner again in the background, and hears from it once whether it is up.
import { RunnerError } from "../base/errors.ts";
import { encodeText, inheritedEnvironment, READY_NAME } from "./byte_text.ts";
import { errnoName } from "./errno.ts";
import { Launcher } from "./launcher.ts";
import { closeFd, cString, libc, makePipe, O_CLOEXEC, O_RDWR, O_WRONLY } from "./libc.ts";
import { openFile, orErrno, setNonBlocking, writeOnce } from "./libc.ts";
import { Poller } from "./poller.ts";

/** Where the line is said. */
const READY_FD = 3;

const O_CREAT = 0o100;
const O_APPEND = 0o2000;

/** A process in the background. */
export interface Detached {
  readonly pid: number;
  /** The line it has said by `sayReady`; null when it ended before that. */
  readonly firstLine: Promise<string | null>;
}

/**
 * Starts `argv` in a session of its own. Its stdin is /dev/null, its output goes to the file at `logPath`, or
 * nowhere for null. It lives on when we end.
 */
export function spawnDetached(
  argv: readonly string[],
  options: { readonly logPath: string | null },
): Detached {
  const path = argv[0];
  if (path === undefined) throw new Error("Cannot start nothing");
  const output = openOutput(options.logPath);
  const input = openFile("/dev/null", O_RDWR);
  const pipe = makePipe();
  if (typeof pipe === "number") throw new RunnerError(`Cannot make a pipe: ${errnoName(-pipe)}`);
  const launcher = new Launcher();
  const launched = launcher.launch({
    request: {
      path,
      argv,
      env: { ...inheritedEnvironment(), [READY_NAME]: "1" },
      directory: null,
      umask: null,
      user: null,
      nice: null,
      oomScoreAdj: null,
      rlimits: [],
      cgroup: null,
    },
    fds: [input, output, output, pipe.writer],
    ownSession: true,
  });
  [input, output, pipe.writer].forEach(closeFd);
  launcher[Symbol.dispose]();
  if (launched.kind === "failed") {
    closeFd(pipe.reader);
    throw new RunnerError(`Cannot start in the background: ${launched.reason}`);
  }
  setNonBlocking(pipe.reader);
  return { pid: launched.pid, firstLine: readLine(pipe.reader) };
}

function openOutput(logPath: string | null): number {
  if (logPath === null) return openFile("/dev/null", O_RDWR);
  const flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
  const fd = orErrno(libc().open(cString(logPath), flags, 0o644));
  if (fd < 0) throw new RunnerError(`Cannot open "${logPath}": ${errnoName(-fd)}`);
  return fd;
}

/** Up to the first line end; null when the end comes before it. */
async function readLine(fd: number): Promise<string | null> {
  await using poller = new Poller();
  const decoder = new TextDecoder();
  return await new Promise<string | null>((done) => {
    let text = "";
    const write = (bytes: Uint8Array) => {
      text += decoder.decode(bytes, { stream: true });
      const end = text.indexOf("\n");
      if (end >= 0) done(text.slice(0, end));
      return true;
    };
    poller.attach(fd, { write }, () => done(null));
  });
}

/** What a process in the background says to the one that started it. */
export interface ReadyLine {
  /** Somebody waits: we have been started in the background. */
  readonly isAwaited: boolean;
  /** Whoever waits does so for the runner alone, not for its programs. */
  readonly isHasty?: boolean;
  /** Says the line and lets go; the second time, and without anybody who waits, it does nothing. */
  say(line: string): void;
}

/** To be called early: from here on no child inherits the descriptor or the variable. */
export function takeReadyLine(): ReadyLine {
  const F_SETFD = 2;
  const FD_CLOEXEC = 1n;
  const word = Deno.env.get(READY_NAME);
  let isOpen = word === "1";
  Deno.env.delete(READY_NAME);
  if (isOpen) isOpen = libc().fcntl(READY_FD, F_SETFD, FD_CLOEXEC) === 0;
  return {
    // In the background as before, and whoever waited has been told then.
    isAwaited: isOpen || word === "again",
    say: (line) => {
      if (!isOpen) return;
      isOpen = false;
      writeOnce(READY_FD, Uint8Array.from(encodeText(`${line}\n`)));
      closeFd(READY_FD);
    },
  };
}
