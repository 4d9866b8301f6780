// A service manager's end of NOTIFY_SOCKET, for tests.
import { fileURLToPath } from "node:url";
import { textOf, until } from "./wait.ts";

export interface NotifyReceiver extends AsyncDisposable {
  /** What has been said, a message a line: pid of the sender, then assignments with | between them. */
  messages(): Promise<readonly string[]>;
  /** Waits until a message matches. */
  said(pattern: RegExp): Promise<string>;
}

const PROGRAM = fileURLToPath(new URL("./notify_receiver.py", import.meta.url));

/** Listens at a path, or at an abstract name that begins with `@`. */
export async function listenForNotices(address: string, log: string): Promise<NotifyReceiver> {
  const child = new Deno.Command("python3", {
    args: [PROGRAM, address, log],
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  const messages = async () => (await textOf(log)).split("\n").slice(0, -1);
  await until("the receiver to listen", async () => (await messages()).length > 0);
  return {
    messages: async () => (await messages()).slice(1),
    said: (pattern) =>
      until(`a message that matches ${pattern}`, async () => {
        return (await messages()).find((line) => pattern.test(line));
      }),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}
