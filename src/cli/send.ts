// `runner send web TEXT`: a line for a program's stdin, or everything from our own.
import { EXIT, RunnerError } from "../base/errors.ts";
import { sendText } from "../control/client/runner_api.ts";
import { connect } from "./connect.ts";
import type { CommandLine } from "./options.ts";
import { printLine } from "./output.ts";
import { usageError } from "./usage_error.ts";

/** Bytes sent at a time: the server takes requests of 1 MB, and JSON makes some texts six times as long. */
const PIECE = 64 << 10;

export async function send(line: CommandLine): Promise<number> {
  const [name, ...words] = line.words;
  if (name === undefined) {
    throw usageError("Cannot send: no program is named", 'Try: runner send web "reload now"');
  }
  const client = connect(line);
  if (words.length > 0) await sendText(client, { name, text: `${words.join(" ")}\n` });
  else for await (const text of pieces()) await sendText(client, { name, text });
  if (line.has("json")) printLine(JSON.stringify({ done: true }));
  return EXIT.done;
}

/** Our stdin as text, cut between characters. */
async function* pieces(): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const buffer = new Uint8Array(PIECE);
  for (;;) {
    const length = await Deno.stdin.read(buffer);
    const text = decoded(() =>
      length === null
        ? decoder.decode()
        : decoder.decode(buffer.subarray(0, length), { stream: true })
    );
    if (text !== "") yield text;
    if (length === null) return;
  }
}

/** JSON carries text only. */
function decoded(decode: () => string): string {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new RunnerError("Cannot send what is no UTF-8 text", { cause: error });
  }
}
