// What one event listener says: READY, then RESULT for each event, byte by byte as it comes.

/** supervisord's states of a listener. UNKNOWN is for good: it has broken the protocol. */
export type ListenerState = "ACKNOWLEDGED" | "READY" | "BUSY" | "UNKNOWN";

export interface Talk {
  readonly state: ListenerState;
  /** The beginning of something that is not complete yet. */
  readonly held: Uint8Array;
  /** The answer that is coming in, after its first line; null: that has not come yet. */
  readonly answer: Answer | null;
}

/** Of an answer only its length and its first bytes matter: whether it is `OK`. */
interface Answer {
  readonly length: number;
  readonly seen: number;
  readonly head: string;
}

/** What has been understood. */
export type Heard =
  | { readonly kind: "ready" }
  | { readonly kind: "answered"; readonly isOk: boolean }
  /** Not the protocol; the line is told for answers only. */
  | { readonly kind: "broken"; readonly line: string | null };

export interface Hearing {
  readonly talk: Talk;
  readonly heard: readonly Heard[];
}

const NOTHING = new Uint8Array(0);
const READY = new TextEncoder().encode("READY\n");
/** supervisord looks at what follows these characters, whatever they are. */
const RESULT = "RESULT ";
const NEWLINE = 10;
/** A first line of an answer that is longer is none. */
const LONGEST_LINE = 1024;
const OK = "OK";

/** A listener that has just been started. */
export const SILENT: Talk = { state: "ACKNOWLEDGED", held: NOTHING, answer: null };

/** An event is on its way to a listener that was READY. */
export function busy(talk: Talk): Talk {
  return { ...talk, state: "BUSY", answer: null };
}

/** No more events for this one. */
export function lost(): Talk {
  return { state: "UNKNOWN", held: NOTHING, answer: null };
}

/** Takes what a listener has written. */
export function hear(talk: Talk, bytes: Uint8Array): Hearing {
  const heard: Heard[] = [];
  let now: Talk = { ...talk, held: joined(talk.held, bytes) };
  while (now.held.length > 0) {
    const step = next(now);
    if (step === null) break;
    now = step.talk;
    heard.push(...step.heard);
  }
  // A copy: what is left of a large read would keep all of it.
  return { talk: { ...now, held: now.held.slice() }, heard };
}

/** Understands the next thing; null: it has not come in full. */
function next(talk: Talk): Hearing | null {
  switch (talk.state) {
    case "UNKNOWN":
      return { talk: lost(), heard: [] };
    case "READY":
      return broken(null);
    case "ACKNOWLEDGED":
      return nextReady(talk);
    case "BUSY":
      return talk.answer === null ? firstLine(talk) : rest(talk, talk.answer);
  }
}

function nextReady(talk: Talk): Hearing | null {
  if (talk.held.length < READY.length) return null;
  if (!READY.every((byte, index) => talk.held[index] === byte)) return broken(null);
  const held = talk.held.subarray(READY.length);
  return { talk: { state: "READY", held, answer: null }, heard: [{ kind: "ready" }] };
}

function firstLine(talk: Talk): Hearing | null {
  const end = talk.held.indexOf(NEWLINE);
  if (end < 0 && talk.held.length <= LONGEST_LINE) return null;
  const line = new TextDecoder().decode(talk.held.subarray(0, end < 0 ? LONGEST_LINE : end));
  const number = line.slice(RESULT.length).trim();
  if (end < 0 || !/^\+?\d+$/.test(number)) return broken(line);
  const held = talk.held.subarray(end + 1);
  return rest({ ...talk, held }, { length: Number(number), seen: 0, head: "" });
}

function rest(talk: Talk, answer: Answer): Hearing {
  const part = talk.held.subarray(0, answer.length - answer.seen);
  const held = talk.held.subarray(part.length);
  const seen = answer.seen + part.length;
  const missing = OK.length - answer.head.length;
  const head = answer.head + String.fromCharCode(...part.subarray(0, missing));
  if (seen < answer.length) {
    return { talk: { ...talk, held, answer: { length: answer.length, seen, head } }, heard: [] };
  }
  const isOk = answer.length === OK.length && head === OK;
  const acknowledged: Talk = { state: "ACKNOWLEDGED", held, answer: null };
  return { talk: acknowledged, heard: [{ kind: "answered", isOk }] };
}

function broken(line: string | null): Hearing {
  return { talk: lost(), heard: [{ kind: "broken", line }] };
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const all = new Uint8Array(head.length + tail.length);
  all.set(head);
  all.set(tail, head.length);
  return all;
}
