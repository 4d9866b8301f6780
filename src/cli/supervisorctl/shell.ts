// supervisorctl's shell: shows the status, then obeys line after line.
import { obey } from "./command_table.ts";
import type { Session } from "./session.ts";

/** Runs until `quit`, the end of the input, or Ctrl-C at the prompt. */
export async function shell(session: Session, prompt: string): Promise<void> {
  await obey(session, "status");
  for (;;) {
    const line = await session.typed.ask(`${prompt}> `);
    if (await obey(session, line ?? "EOF")) return;
  }
}
