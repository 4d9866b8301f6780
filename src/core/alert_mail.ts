// An alert as a mail, ready for sendmail.
import type { AlertPlan } from "../manifest/alert_plan.ts";
import type { Parcel } from "./alert_desk.ts";
import { messageLines, type Speaker } from "./alert_message.ts";

/** Characters of a subject: the rest is in the mail. */
const SUBJECT = 120;
/** RFC 2045: lines of base64. */
const LINE = 76;
/** RFC 2047: an encoded word has 75 characters, 45 bytes of which can be text. */
const WORD_BYTES = 45;

/** Header and text; whatever a program has said, it cannot add a header. */
export function mailText(parcel: Parcel, plan: AlertPlan, { speaker, address, at }: {
  readonly speaker: Speaker;
  readonly address: string;
  /** Wall time. */
  readonly at: number;
}): string {
  const lines = messageLines(parcel, plan, speaker);
  const more = lines.length > 1 ? ` (and ${lines.length - 1} more)` : "";
  const body = base64(new TextEncoder().encode(`${lines.join("\n")}\n`));
  const header = [
    `To: ${address}`,
    `Subject: ${encodedWords(plainLine(lines[0] ?? "").slice(0, SUBJECT) + more)}`,
    `Date: ${new Date(at).toUTCString().replace("GMT", "+0000")}`,
    "Auto-Submitted: auto-generated",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
  ];
  const text = body.match(new RegExp(`.{1,${LINE}}`, "g")) ?? [];
  return [...header, "", ...text, ""].join("\n");
}

function plainLine(text: string): string {
  // deno-lint-ignore no-control-regex -- those are what must not get into a header
  return text.replace(/[\x00-\x1f\x7f]+/g, " ");
}

function encodedWords(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const words: string[] = [];
  let piece: string[] = [];
  let size = 0;
  const encoder = new TextEncoder();
  for (const char of text) {
    const { length } = encoder.encode(char);
    if (size + length > WORD_BYTES) {
      words.push(piece.join(""));
      piece = [];
      size = 0;
    }
    piece.push(char);
    size += length;
  }
  return [...words, piece.join("")].map((word) => `=?utf-8?B?${base64(encoder.encode(word))}?=`)
    .join("\n ");
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
