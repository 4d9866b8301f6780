// Reads what a module of JavaScript exports: it runs in a process of its own, and not for ever.
import type { TextReading } from "../manifest/context.ts";

/** The hidden command that loads the module and answers. */
const READ_MODULE = "__read-module";
/** Comes before the answer: a module may write to stdout before it. */
export const ANSWER_MARK = "\0runner module:";

/** Twenty times what a large one takes. */
const TIME_LIMIT = 10_000;

/** The exports as JSON, or why there are none. */
export async function evaluateModule(path: string): Promise<TextReading> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [READ_MODULE, "--", path],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort();
    kill(child);
  }, TIME_LIMIT);
  const [answer, talk] = await Promise.all([
    collect(child.stdout, limit.signal),
    collect(child.stderr, limit.signal),
  ]);
  clearTimeout(timer);
  // The runner reaps every child itself and may have been first: the answer says it all.
  await child.status.catch(() => null);
  const at = answer.lastIndexOf(ANSWER_MARK);
  if (at >= 0) return { kind: "text", text: answer.slice(at + ANSWER_MARK.length) };
  if (limit.signal.aborted) {
    return { kind: "fault", reason: `it did not end within ${TIME_LIMIT / 1000} s` };
  }
  return { kind: "fault", reason: talk.trim() || "it ended without an answer" };
}

async function collect(stream: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  const sink = new WritableStream<Uint8Array>({
    write(bytes) {
      text += decoder.decode(bytes, { stream: true });
    },
  });
  try {
    await stream.pipeTo(sink, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return text;
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    // It has just ended.
    if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
  }
}
