// Asks the runner, and turns what goes wrong into words.
/// <reference lib="dom" />
import type { ErrorReply } from "../../api/types.ts";
import { beside } from "./browser.ts";
import type { Order } from "../../table/row_commands.ts";

/** An answer, or why there is none. */
export type Answer<Reply> =
  | { readonly kind: "reply"; readonly reply: Reply }
  | { readonly kind: "refused"; readonly status: number; readonly text: string }
  | { readonly kind: "unreachable" };

/** Sends an order. */
export function send<Reply>({ path, body }: Order<unknown>): Promise<Answer<Reply>> {
  return ask<Reply>(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Asks for JSON. */
export async function ask<Reply>(path: string, init: RequestInit = {}): Promise<Answer<Reply>> {
  try {
    const response = await fetch(beside(path), { cache: "no-store", ...init });
    if (!response.ok) {
      const text = refusal(await response.text(), response);
      return { kind: "refused", status: response.status, text };
    }
    return { kind: "reply", reply: await response.json() };
  } catch (error) {
    // fetch throws TypeError for anything between us and the runner, SyntaxError stands for half a reply.
    if (error instanceof TypeError || error instanceof SyntaxError) return { kind: "unreachable" };
    throw error;
  }
}

function refusal(text: string, { status, statusText }: Response): string {
  try {
    const { error, hint }: Partial<ErrorReply> = JSON.parse(text);
    if (typeof error === "string") return hint ? `${error} (${hint})` : error;
  } catch (error) {
    // A proxy answered, in its own words.
    if (!(error instanceof SyntaxError)) throw error;
  }
  return `The server answered ${status} ${statusText}`.trim();
}
