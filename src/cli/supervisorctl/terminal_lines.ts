// Lines typed at a terminal: editing, history and completion by the runtime's own readline.
import process from "node:process";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import type { TypedLines } from "./session.ts";

/** What can stand at the end of a line, and the part of it that is completed. */
export type Completer = (line: string) => Promise<readonly [readonly string[], string]>;

export interface TerminalOptions {
  /** Earlier lines, latest first; grows. */
  readonly history: string[];
  readonly complete: Completer;
}

const HISTORY_KEPT = 1_000;

/** The terminal is in its raw mode only while a line is asked for, so that Ctrl-C ends everything else as usual. */
export function terminalLines({ history, complete }: TerminalOptions): TypedLines {
  const ask = (prompt: string, isSecret: boolean): Promise<string | null> => {
    const { promise, resolve } = Promise.withResolvers<string | null>();
    const reader = createInterface({
      input: process.stdin,
      output: isSecret ? nowhere() : process.stdout,
      terminal: true,
      history: isSecret ? [] : [...history],
      historySize: HISTORY_KEPT,
      removeHistoryDuplicates: true,
      completer: (line: string, done: CompleterDone) => {
        complete(line).then(
          ([matches, text]) => done(null, [[...matches], text]),
          () => done(null, [[], line]),
        );
      },
    });
    // Once the terminal no longer echoes: who reads the prompt may type at once.
    if (isSecret) process.stdout.write(prompt);
    reader.on("SIGINT", () => reader.close());
    // After an answer this comes too late to change anything.
    reader.on("close", () => resolve(null));
    reader.question(isSecret ? "" : prompt, (line) => {
      resolve(line);
      reader.close();
      if (!isSecret && line.trim() !== "") history.unshift(line);
    });
    return promise;
  };
  return {
    ask: (prompt) => ask(prompt, false),
    askSecret: (prompt) => ask(prompt, true),
    [Symbol.dispose]: () => {},
  };
}

type CompleterDone = (error: null, result: [string[], string]) => void;

/** A stream that shows nothing: what is typed into it is a password. */
function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
