// One look by https: the runtime's own client, which lets go of its descriptors also when it is cut off.
import type { StatusRange } from "../manifest/plan_work.ts";
import { authorization, statusFault } from "./probe_answer.ts";

/** Says what was wrong, or null; nothing once it is disposed. The certificate has to be good for the host. */
export function lookSecurely(
  { url, status }: { readonly url: string; readonly status: StatusRange },
  told: (fault: string | null) => void,
): Disposable {
  const cut = new AbortController();
  // No connection is kept for the next look: it would say nothing of whether one is accepted.
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  ask(url, { client, signal: cut.signal }).then((answer) => {
    client.close();
    if (cut.signal.aborted) return;
    told(typeof answer === "string" ? answer : statusFault(answer, status));
  });
  return { [Symbol.dispose]: () => cut.abort() };
}

/** The status, or why there is none. */
async function ask(
  url: string,
  how: { readonly client: Deno.HttpClient; readonly signal: AbortSignal },
): Promise<number | string> {
  try {
    const address = new URL(url);
    const who = authorization(address);
    const headers = {
      "user-agent": "runner-probe",
      ...(who === null ? {} : { authorization: who }),
    };
    [address.username, address.password] = ["", ""];
    const reply = await fetch(address, { ...how, headers, redirect: "manual" });
    await reply.body?.cancel();
    return reply.status;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Newer runtimes keep what has happened as the cause of a failed fetch.
    const { message } = error.cause instanceof Error ? error.cause : error;
    // The last part is the cause; before it stands how the runtime came to it.
    return message.slice(message.lastIndexOf("): ") + 1).replace(/^: /, "");
  }
}
