// The same black box tests for the real tini and dumb-init and for ours: under their names, and as `runner exec`.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type ExecSubject, execSubjects } from "../support/exec_subjects.ts";
import { AS_INIT, HAS_NAMESPACES } from "../support/namespaces.ts";
import { CHILDREN } from "../support/runner_process.ts";
import { textOf, until } from "../support/wait.ts";

interface Output {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** One test, a step for each subject. */
function forAll(
  name: string,
  test: (subject: ExecSubject, folder: string) => Promise<void>,
  options: Pick<Deno.TestDefinition, "ignore"> = {},
): void {
  Deno.test(`every init ${name}`, options, async (t) => {
    const folder = Deno.makeTempDirSync({ prefix: "runner-inits-" });
    try {
      for (const [index, subject] of execSubjects(folder).entries()) {
        const own = `${folder}/${index}`;
        Deno.mkdirSync(own);
        await t.step(subject.name, () => test(subject, own));
      }
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

function start(words: readonly string[], options: Deno.CommandOptions = {}): Deno.ChildProcess {
  const [first = "", ...args] = words;
  return new Deno.Command(first, {
    args,
    stdin: "null",
    stdout: "null",
    stderr: "null",
    ...options,
  })
    .spawn();
}

async function output(
  words: readonly string[],
  options: Deno.CommandOptions = {},
): Promise<Output> {
  const [first = "", ...args] = words;
  const { code, stdout, stderr } = await new Deno.Command(first, {
    args,
    stdin: "null",
    ...options,
  })
    .output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

function shell(script: string, ...args: readonly string[]): Promise<Output> {
  return output(["/bin/sh", "-c", script, "sh", ...args]);
}

/** Signals no program can hear of, the kernel's pair for the C library, and the one for our own children. */
const UNHEARD = [9, 19, 32, 33, 17];
const CONT = 18;
const TTY_STOPS = [20, 21, 22];
/** Of these the real tini dies, or ignores them. */
const LOST_ON_TINI = [4, 5, 6, 7, 8, 11, 31, 21, 22];

function forwardedSignals({ kind, isReal }: ExecSubject): number[] {
  const all = Array.from({ length: 64 }, (_, index) => index + 1);
  const lost = kind === "dumb-init" ? TTY_STOPS : kind === "tini" && isReal ? LOST_ON_TINI : [];
  const ignored = kind === "tini" ? [21, 22] : [];
  return all.filter((signal) => ![...UNHEARD, ...lost, ...ignored].includes(signal));
}

forAll("forwards every signal that can be caught", async (subject, folder) => {
  const record = `${folder}/record`;
  const child = start([...subject.words, `${CHILDREN}/records_signals.pl`, record]);
  await until("ready", async () => (await textOf(record)).startsWith("ready"));
  const signals = forwardedSignals(subject);
  const got = async () => (await textOf(record)).trim().split("\n").slice(1).map(Number);
  // CONT last: the kernel drops one that waits when a TSTP comes, and the other way round.
  for (const part of [signals.filter((signal) => signal !== CONT), [CONT]]) {
    const wanted = (await got()).length + part.length;
    await shell(`for s in ${part.join(" ")}; do kill -$s ${child.pid} || exit 1; done`);
    await until("all signals", async () => (await got()).length >= wanted);
  }
  assertEquals((await got()).toSorted((a, b) => a - b), signals);
  child.kill("SIGUSR2");
  await until("USR2", async () => (await textOf(record)).split("\n").length > signals.length + 2);
  child.kill("SIGUSR2");
  assertEquals((await child.status).code, 0);
});

forAll("keeps every real-time signal, and their order", async (subject, folder) => {
  const record = `${folder}/record`;
  const child = start([...subject.words, `${CHILDREN}/records_signals.pl`, record]);
  await until("ready", async () => (await textOf(record)).startsWith("ready"));
  await shell(`n=0; while [ $n -lt 100 ]; do kill -40 ${child.pid}; n=$((n + 1)); done`);
  const text = `ready\n${"40\n".repeat(100)}`;
  await until("100 signals", async () => (await textOf(record)) === text);
  child.kill("SIGUSR2");
  await until("USR2", async () => (await textOf(record)).endsWith("\n12\n"));
  child.kill("SIGUSR2");
  assertEquals((await child.status).code, 0);
});

forAll("ends as its command does", async ({ words }) => {
  const codes = [0, 1, 2, 125, 126, 127, 128, 255];
  const ended = await Promise.all(
    codes.map((code) => output([...words, "/bin/sh", "-c", `exit ${code}`])),
  );
  assertEquals(ended.map(({ code }) => code), codes);
  const signals = [1, 6, 9, 15, 34];
  const killed = await Promise.all(
    signals.map((signal) => output([...words, "/bin/sh", "-c", `kill -${signal} $$`])),
  );
  assertEquals(killed.map(({ code }) => code), signals.map((signal) => 128 + signal));
});

forAll("says what is no command", async ({ words, kind }) => {
  const [missing, denied] = await Promise.all([
    output([...words, "no-such-command"]),
    output([...words, "/etc/passwd"]),
  ]);
  const codes = kind === "dumb-init" ? [2, 2] : [127, 126];
  assertEquals([missing.code, denied.code], codes);
  const [missingText, deniedText] = ["No such file or directory", "Permission denied"];
  assertTrue(missing.err.endsWith(`: ${missingText}\n`), missing.err);
  assertTrue(denied.err.endsWith(`: ${deniedText}\n`), denied.err);
  if (kind === "tini") {
    assertTrue(/\] exec no-such-command failed: /.test(missing.err), missing.err);
  }
  if (kind === "dumb-init") {
    assertEquals(missing.err, `[dumb-init] no-such-command: ${missingText}\n`);
  }
});

forAll("gives its command a group or a session", async ({ words, kind }) => {
  // Fields 5 and 6 of stat: process group and session.
  const script =
    'read -r pid name state parent group session rest </proc/self/stat; echo "$$ $group $session"';
  const { out } = await output([...words, "/bin/sh", "-c", script]);
  const [pid, group, session] = out.trim().split(" ").map(Number);
  assertEquals(group, pid);
  assertEquals(session === pid, kind === "dumb-init");
});

forAll("hands on argv, environment, folder and descriptors", async ({ words }, folder) => {
  const script = `cd "$1"; shift; export X="$(printf 'a\\377b')"; exec 7>out; "$@"; od -An -c out`;
  const command = [
    "/bin/sh",
    "-c",
    `printf '%s|%s|%s|' "$X" "$1" "$PWD" >&7; ls /proc/self/fd >&7`,
    "sh",
    "名 a",
  ];
  const [seen, bare] = [
    await shell(script, folder, ...words, ...command),
    await shell(script, folder, ...command),
  ];
  assertEquals(seen.out, bare.out);
  assertTrue(/a 377\s+b\s+\|\s+345 220 215\s+a/.test(seen.out), seen.out);
});

forAll("runs with closed descriptors", async ({ words, kind, isReal }) => {
  const { code } = await shell(`"$@" <&- >&-`, ...words, "/bin/sh", "-c", "exit 7");
  assertEquals(code, kind === "tini" && isReal ? 1 : 7);
});

forAll("hands on what is ignored, or does not", async ({ words, kind }) => {
  const { out } = await shell(
    `trap "" USR1; exec "$@"`,
    ...words,
    "/bin/sh",
    "-c",
    "grep SigIgn /proc/self/status; grep SigBlk /proc/self/status",
  );
  const [ignored = 0n, blocked = 0n] = [...out.matchAll(/[0-9a-f]{16}/g)].map(([hex]) =>
    BigInt(`0x${hex}`)
  );
  // 32 and 33 are the C library's own, and may be ignored by whoever runs this test.
  const USR1 = 1n << 9n;
  assertEquals(ignored & ~(3n << 31n), kind === "dumb-init" ? 0n : USR1);
  assertEquals(blocked, 0n);
});

forAll("as PID 1 reaps a thousand orphans at once", async ({ words }) => {
  const script = [
    // Each subshell leaves a sleep behind that ends by itself.
    "n=0; while [ $n -lt 1000 ]; do (sleep 0.2 &) ; n=$((n + 1)); done",
    "while pgrep -x sleep >/dev/null; do :; done",
    "grep -l 'State:.Z' /proc/[0-9]*/status 2>/dev/null | wc -l",
  ].join("\n");
  const { code, out } = await output([...AS_INIT, ...words, "/bin/sh", "-c", script]);
  assertEquals([code, out.trim()], [0, "0"]);
}, { ignore: !HAS_NAMESPACES });

forAll("suspends as the terminal asks", async ({ words, kind }, folder) => {
  const record = `${folder}/record`;
  const child = start([...words, `${CHILDREN}/records_signals.pl`, record]);
  await until("ready", async () => (await textOf(record)).startsWith("ready"));
  child.kill("SIGTSTP");
  if (kind === "dumb-init") {
    await until("both stopped", () => stateOf(child.pid) === "T");
    child.kill("SIGCONT");
    await until("continued", async () => (await textOf(record)).includes("18\n"));
  } else {
    await until("forwarded", async () => (await textOf(record)).includes("20\n"));
    assertTrue(stateOf(child.pid) !== "T", "the init itself goes on");
  }
  child.kill("SIGUSR2");
  await until("USR2", async () => (await textOf(record)).includes("12\n"));
  child.kill("SIGUSR2");
  assertEquals((await child.status).code, 0);
});

function stateOf(pid: number): string {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  return stat.charAt(stat.lastIndexOf(")") + 2);
}

forAll("gives a shell the terminal, with job control", async ({ words }) => {
  // Without `exec`, dash (where SHELL is not set) stays between the terminal and the init, and leads the
  // session: dumb-init can give a terminal to its own session only when it leads the one it is in.
  const command = `exec ${words.join(" ")} bash --norc -i`;
  const child = new Deno.Command("script", {
    args: ["-qec", command, "/dev/null"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
    env: { TERM: "dumb" },
  }).spawn();
  let text = "";
  const reading = child.stdout.pipeThrough(new TextDecoderStream())
    .pipeTo(new WritableStream({ write: (chunk) => void (text += chunk) }));
  const writer = child.stdin.getWriter();
  const type = (keys: string) => writer.write(new TextEncoder().encode(keys));
  await until("a prompt", () => /[#$] $/.test(text));
  // The shell says its pid, so that no other sleep is meant.
  await type("echo pid=$$=\n");
  const shellPid = await until("its pid", () => /pid=(\d+)=[^]*[#$] $/.exec(text)?.[1]);
  await type("sleep 1000007\n");
  await until("sleep", () => childNames(shellPid).includes("sleep"));
  await type("\x1a");
  // What is typed before a prompt may be thrown away.
  await until("stopped", () => /Stopped[^]*[#$] $/.test(text));
  // The kernel ends what is stopped when its shell goes.
  await type("exit 5\n");
  await until("a warning", () => /There are stopped jobs[^]*[#$] $/.test(text));
  await type("exit 5\n");
  assertEquals((await child.status).code, 5);
  await writer.close().catch(() => {}); // the pipe may be gone by now
  await reading;
  assertTrue(!text.includes("no job control"), text);
});

/** Names of the children of a process; none when it is gone. */
function childNames(pid: string): string[] {
  try {
    const pids = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim().split(" ");
    return pids.map((child) => Deno.readTextFileSync(`/proc/${child}/comm`).trim());
  } catch {
    return []; // gone meanwhile
  }
}
