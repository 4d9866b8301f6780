// Our own stdout as a log: pipes, sockets, files and terminals, with slow readers, without losing or blocking.
import { fileURLToPath } from "node:url";
import { assertEquals } from "../support/assert.ts";

const FLOOD = fileURLToPath(new URL("../fixtures/floods_stdout.ts", import.meta.url));
const LINES = 20_000;

/** Runs the flood with its stdout as a shell arranges it; `%` stands for its command line. */
async function flood(shell: string): Promise<{ readonly out: string; readonly said: unknown }> {
  const command = `${Deno.execPath()} run -A --quiet "${FLOOD}" ${LINES}`;
  const { stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", shell.replace("%", command)],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder().decode(stderr).trim().split("\n").at(-1) ?? "";
  return { out: new TextDecoder().decode(stdout).replaceAll("\r", ""), said: JSON.parse(text) };
}

function isBlocking(said: unknown): boolean {
  return typeof said === "object" && said !== null && "isBlocking" in said &&
    said.isBlocking === true;
}

/** How many lines arrived whole and in order. */
function countOf(out: string): number {
  const lines = out.split("\n");
  return lines.findIndex((line, number) => line !== `${number} ${"x".repeat(90)}`);
}

interface StreamCase {
  readonly name: string;
  readonly shell: string;
  readonly waited: boolean;
}

const STREAMS: readonly StreamCase[] = [
  {
    name: "a pipe that is read only when it is full",
    shell:
      "export MARK=$(mktemp -u); % | { timeout 20 sh -c 'until [ -e $MARK ]; do sleep 0.01; done'; cat; }; rm $MARK",
    waited: true,
  },
  {
    name: "a file that others append to",
    shell: "f=$(mktemp); % > $f; cat $f; rm $f",
    waited: false,
  },
];

for (const { name, shell, waited } of STREAMS) {
  Deno.test(`openStandard() writes all lines, in order, to ${name}, and leaves it blocking`, async () => {
    const { out, said } = await flood(shell);
    assertEquals(countOf(out), LINES);
    assertEquals(said, { waited, isBlocking: true });
  });
}

Deno.test("openStandard() writes all lines, in order, to a terminal", async () => {
  const { success } = await new Deno.Command("bash", { args: ["-c", "type script"] }).output();
  if (!success) return console.log("skipped: script(1) is not installed");
  const { out, said } = await flood(
    `f=$(mktemp); script -qec '% 2>'$f /dev/null; cat $f >&2; rm $f`,
  );
  assertEquals([countOf(out), isBlocking(said)], [LINES, true]);
});

Deno.test("openStandard() writes all lines, in order, to a socket that is read late", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = listener.addr.transport === "tcp" ? listener.addr.port : 0;
  const received = (async () => {
    using connection = await listener.accept();
    return await new Response(connection.readable).text();
  })();
  const { said } = await flood(`% > /dev/tcp/127.0.0.1/${port}`);
  assertEquals([countOf(await received), isBlocking(said)], [LINES, true]);
});

Deno.test("openStandard() gives up a pipe whose reader has gone, without holding anybody up", async () => {
  const { out } = await flood("% | head -n1");
  assertEquals(countOf(out), 1);
});
