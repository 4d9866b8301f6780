// What the init of `runner exec` is told: words and what they point to, laid down where its program looks for them.
import { execFailureStatuses, type ExecMessages } from "../core/exec_messages.ts";
import { EXEC_EVENTS, execMessages } from "../core/exec_messages.ts";
import type { ExecRequest } from "../core/exec_request.ts";
import type { UserPlan } from "../manifest/plan.ts";
import { encodeText } from "./byte_text.ts";

/** Everything that is known before it starts. */
export interface InitPlan {
  readonly request: ExecRequest;
  readonly isInit: boolean;
  /** Place of the command in argv, from 1 on. */
  readonly commandAt: number;
  readonly command: string;
  /** Files the command may be in. */
  readonly places: readonly string[];
  /** Signals that are ignored now, and those the child is to ignore. */
  readonly ignored: { readonly now: readonly number[]; readonly inChild: readonly number[] };
  /** Blocked signals of the child. */
  readonly childMask: bigint;
  readonly user: Pick<UserPlan, "uid" | "gid" | "groups"> | null;
}

/** Where the words are, in memory and in the file; the largest page arm64 has is 64 KiB. */
export const CONFIG_BASE = 0x20000000;
export const CONFIG_AT = 0x10000;
/** More than any list of folders to look for a command in, with the command. */
export const LARGEST_CONFIG = 0x100000;

/** The words, in their order; what is said of an event follows them. */
export const CONFIG_WORDS = [
  "argvOffset",
  "comm",
  "deathSignal",
  "subreaper",
  "ownGroup",
  "ownSession",
  "takesTerminal",
  "signalsGroup",
  "followsStops",
  "leavesFolder",
  "farewell",
  "stopNanos",
  "isInit",
  "hasUser",
  "uid",
  "gid",
  "groupCount",
  "groups",
  "directory",
  "places",
  "childMask",
  "dispositions",
  "forwardedAs",
  "suspendedBy",
  "expected",
  "missing",
  "denied",
  "other",
] as const;

export type ConfigWord = typeof CONFIG_WORDS[number];

/** What a byte of "dispositions" says of a signal in the child; 0 leaves it. */
export const DISPOSITION = { byDefault: 1, ignored: 2 } as const;

/** Kinds of the pieces of a message, each a word followed by two of what it is about. */
export const PIECE = { end: 0, text: 1, number: 2, signalName: 3, error: 4 } as const;

/** Numbers a message can name; which cell each is in is for the program to say. */
export const SAID_NUMBERS = ["self", "child", "pid", "signal", "code"] as const;

const NANOS_PER_MILLI = 1e6;
/** A command may be 128 KiB long; nobody wants to read that. */
const LONGEST_TEXT = 200;

/** The bytes from CONFIG_AT on. */
export function configBytes(plan: InitPlan): Uint8Array<ArrayBuffer> {
  const { request, user, ignored } = plan;
  const { company } = request;
  const block = new Block(CONFIG_WORDS.length + EXEC_EVENTS.length);
  const isGroup = company !== "none" && request.signalsGoTo === "group";
  const values: Readonly<Record<ConfigWord, number | bigint>> = {
    argvOffset: 8 + 8 * plan.commandAt,
    comm: block.text(request.voice),
    deathSignal: request.parentDeathSignal ?? 0,
    subreaper: Number(request.subreaper && !plan.isInit),
    ownGroup: Number(company === "group"),
    ownSession: Number(company === "session"),
    takesTerminal: Number(request.voice === "tini"),
    signalsGroup: Number(isGroup),
    followsStops: Number(request.followsStops),
    leavesFolder: Number(request.leavesFolder),
    farewell: request.saysFarewell ? request.forwardedAs[15] ?? 0 : 0,
    stopNanos: request.stopTimeout === null ? -1 : request.stopTimeout * NANOS_PER_MILLI,
    isInit: Number(plan.isInit),
    hasUser: Number(user !== null),
    uid: user?.uid ?? 0,
    gid: user?.gid ?? 0,
    groupCount: user?.groups.length ?? 0,
    groups: block.put(new Uint8Array(Uint32Array.from(user?.groups ?? []).buffer)),
    directory: request.directory === null ? 0 : block.text(request.directory),
    places: block.words([...plan.places.map((place) => block.text(place)), 0]),
    childMask: plan.childMask,
    dispositions: block.put(dispositions(ignored)),
    forwardedAs: block.put(Uint8Array.from(request.forwardedAs)),
    suspendedBy: block.put(flags(65, request.suspendedBy)),
    expected: block.put(flags(256, request.expected)),
    ...execFailureStatuses(request),
  };
  CONFIG_WORDS.forEach((name, index) => block.setWord(index, values[name]));
  const messages = execMessages(request);
  EXEC_EVENTS.forEach((event, index) => {
    block.setWord(CONFIG_WORDS.length + index, sayable(block, { plan, message: messages[event] }));
  });
  return block.bytes();
}

function flags(size: number, set: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(size);
  for (const index of set) bytes[index] = 1;
  return bytes;
}

function dispositions({ now, inChild }: InitPlan["ignored"]): Uint8Array {
  const bytes = new Uint8Array(65);
  for (const signal of now) bytes[signal] = DISPOSITION.byDefault;
  for (const signal of inChild) bytes[signal] = DISPOSITION.ignored;
  return bytes;
}

/** Address of a message in pieces, its descriptor first; 0 for what is not said. */
function sayable(
  block: Block,
  { plan, message }: { readonly plan: InitPlan; readonly message: ExecMessages["spawned"] },
): number {
  if (message === undefined) return 0;
  const words: number[] = [message.fd];
  for (const piece of `${message.text}\n`.split(/(\{\w+\})/)) {
    if (piece !== "") words.push(...pieceWords(block, { plan, piece }));
  }
  return block.words([...words, PIECE.end]);
}

function pieceWords(
  block: Block,
  { plan, piece }: { readonly plan: InitPlan; readonly piece: string },
): number[] {
  const key = piece.startsWith("{") ? piece.slice(1, -1) : "";
  const number = SAID_NUMBERS.findIndex((name) => name === key);
  if (number >= 0) return [PIECE.number, number, 0];
  if (key === "name") return [PIECE.signalName, 0, 0];
  if (key === "error") return [PIECE.error, 0, 0];
  const bytes = encodeText(key === "" ? piece : clipped(wordFor(plan, key)));
  return [PIECE.text, block.put(bytes), bytes.length];
}

function wordFor({ command, request }: InitPlan, key: string): string {
  if (key === "command") return command;
  return (key === "folder" ? request.directory : request.user) ?? "";
}

function clipped(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`;
}

/** Words first, and behind them what they point to, each at a multiple of 8. */
class Block {
  readonly #pieces: Uint8Array[];
  readonly #words: DataView;
  #end: number;

  constructor(wordCount: number) {
    const words = new Uint8Array(wordCount * 8);
    this.#words = new DataView(words.buffer);
    this.#pieces = [words];
    this.#end = words.length;
  }

  setWord(index: number, value: number | bigint): void {
    this.#words.setBigInt64(index * 8, BigInt(value), true);
  }

  put(bytes: Uint8Array): number {
    const padded = new Uint8Array((bytes.length + 8) & ~7);
    padded.set(bytes);
    const address = CONFIG_BASE + this.#end;
    this.#pieces.push(padded);
    this.#end += padded.length;
    return address;
  }

  /** A C string. */
  text(text: string): number {
    return this.put(encodeText(text));
  }

  words(values: readonly number[]): number {
    return this.put(new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.#end);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }
}
