// The beginning of an HTTP answer, as far as a probe reads it.
import type { StatusRange } from "../manifest/plan_work.ts";

/** Bytes within which the status of an answer has to come. */
export const MOST_HEAD = 16 << 10;

/** What a probe asks; nothing else will be asked on that connection. */
export function probeRequest(url: URL): Uint8Array<ArrayBuffer> {
  const who = authorization(url);
  const lines = [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    ...(who === null ? [] : [`Authorization: ${who}`]),
    "User-Agent: runner-probe",
    "Accept: */*",
    "Connection: close",
  ];
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
}

/** Who asks, as the URL says; none: nobody. */
export function authorization({ username, password }: URL): string | null {
  if (username === "" && password === "") return null;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const bytes = new TextEncoder().encode(pair);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/** Status of an answer; null: it has not come yet; NaN: this is no HTTP. Answers of 1xx are passed over. */
export function answerStatus(head: string): number | null {
  const end = head.indexOf("\n");
  if (end < 0) return "HTTP/1.".startsWith(head.slice(0, 7)) ? null : NaN;
  const status = Number(/^HTTP\/1\.\d (\d{3})(?: .*)?\r?$/.exec(head.slice(0, end))?.[1]);
  if (!(status >= 100 && status < 200)) return status;
  const next = /\r?\n\r?\n/.exec(head);
  return next === null ? null : answerStatus(head.slice(next.index + next[0].length));
}

/** What is wrong with a status; null: nothing. */
export function statusFault(status: number, range: StatusRange): string | null {
  if (Number.isNaN(status)) return "the answer is no HTTP";
  const { from, to } = range ?? { from: 200, to: 399 };
  return status >= from && status <= to ? null : `status ${status}`;
}
