// Runs a script in a worker of the runtime: only there can it be given a part of a permission, or a heap of its own.
import process from "node:process";
import {
  MessageChannel,
  MessagePort,
  Worker as ThreadWorker,
  workerData,
} from "node:worker_threads";
import { EXIT, RunnerError } from "../base/errors.ts";
import type { ScriptCall } from "../manifest/script_words.ts";
import { SCRIPT_PERMISSIONS } from "../manifest/script_words.ts";
import { fillMemoryFile, makeMemoryFile } from "../os/memory_file.ts";
import type { ServiceManager } from "../os/sd_notify.ts";
import { scriptApi } from "./script_api.ts";
import type { Loaded, ScriptLoader } from "./script_loader.ts";
import type { Parts } from "./script_parts.ts";
import { partsText, type ScriptWorld, setUpScript } from "./script_world.ts";

export interface Box {
  readonly call: ScriptCall;
  readonly world: ScriptWorld;
  readonly loader: ScriptLoader;
  /** The first module of the script, in memory. */
  readonly entry: string;
  readonly service: ServiceManager | null;
}

/** Runs the script to its end and gives its exit status. */
export async function runInBox(box: Box): Promise<number> {
  const { call, service } = box;
  const { port1, port2 } = new MessageChannel();
  // What the script tells its supervisor.
  port1.on("message", (lines: readonly string[]) => void service?.say(lines));
  const thread: Thread = { url: threadUrl(box), limits: heapLimits(call.maxHeap), port: port2 };
  if (Object.keys(call.allowed).length > 0) return judged(await inLimits(thread, call), box);
  for (const name of call.denied) Deno.permissions.revokeSync({ name });
  return judged(await ended(thread), box);
}

interface Thread {
  readonly url: string;
  readonly limits: { readonly [name: string]: number };
  readonly port: MessagePort;
}

interface End {
  readonly status: number;
  /** Of an error that nobody has caught; the runtime has told it. */
  readonly error: { readonly name: string; readonly message: string } | null;
}

/** As a module of text: a path would have to be permitted to be read. */
function threadUrl({ world, loader, entry }: Box): string {
  const setup = makeMemoryFile("box");
  const given = [world, loader.loaded].map((value) => JSON.stringify(value));
  const from = JSON.stringify(import.meta.url);
  fillMemoryFile(
    setup,
    `import{setUpBox}from${from};${partsText(loader.parts)}setUpBox(${given},{types,common});`,
  );
  const text = `import ${JSON.stringify(setup.url)};import ${JSON.stringify(entry)};`;
  return `data:text/javascript,${encodeURIComponent(text)}`;
}

const MEGABYTE = 1024 ** 2;

/** The runtime adds the halves of the young generation to what it calls the limit: one and a half of it. */
function heapLimits(maxHeap: number | null): Thread["limits"] {
  if (maxHeap === null) return {};
  const whole = Math.floor(maxHeap / MEGABYTE);
  const young = Math.min(16, Math.floor(whole / 8));
  return {
    maxYoungGenerationSizeMb: young,
    maxOldGenerationSizeMb: Math.floor(whole - young * 1.5),
  };
}

/** Starts the thread of the script, which ends when it has nothing left to do. */
function ended({ url, limits, port }: Thread): Promise<End> {
  const { promise, resolve } = Promise.withResolvers<End>();
  let error: End["error"] = null;
  const thread = new ThreadWorker(new URL(url), {
    resourceLimits: limits,
    workerData: port,
    transferList: [port],
  });
  thread.on("error", ({ name, message }: Error) => error = { name, message });
  thread.on("exit", (status: number) => resolve({ status, error }));
  return promise;
}

/** The thread within a web worker, which alone can have limits: the thread inherits them. */
function inLimits(thread: Thread, call: ScriptCall): Promise<End> {
  const { promise, resolve, reject } = Promise.withResolvers<End>();
  const shell = makeMemoryFile("shell");
  fillMemoryFile(shell, `import{openShell}from${JSON.stringify(import.meta.url)};openShell();`);
  const options: WorkerOptions & { readonly deno: unknown } = {
    type: "module",
    deno: { permissions: permissionsOf(call) },
  };
  const worker = new Worker(shell.url, options);
  worker.onmessage = ({ data }: MessageEvent<End>) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  // node's port is the web's, but not to the types.
  Reflect.apply(worker.postMessage, worker, [thread, [thread.port]]);
  return promise;
}

function permissionsOf({ denied, allowed }: ScriptCall): Readonly<Record<string, unknown>> {
  const chosen = SCRIPT_PERMISSIONS.map((name) => [name, allowed[name] ?? !denied.includes(name)]);
  return { ...Object.fromEntries(chosen), sys: true, import: true };
}

/** The web worker around the thread of the script: its first module calls this. */
export function openShell(): void {
  const post: unknown = Reflect.get(globalThis, "postMessage");
  const onmessage = async ({ data }: MessageEvent<Thread>) => {
    const end = await ended(data);
    if (typeof post === "function") post(end);
  };
  Object.assign(globalThis, { onmessage });
}

/** What the script finds in its thread; called by the first module of it. */
export function setUpBox(world: ScriptWorld, loaded: Loaded, parts: Parts): void {
  const port: unknown = workerData;
  setUpScript(world, { loaded, parts });
  exitAsProcess();
  const service = port instanceof MessagePort
    ? { say: (lines: readonly string[]) => (port.postMessage(lines), true) }
    : null;
  Object.defineProperty(globalThis, "runner", { value: scriptApi(service), configurable: true });
}

/** By itself the runtime's exit crashes the process where it is called after some waiting; node's does not. */
function exitAsProcess(): void {
  const { exit } = Deno;
  const leave = process.exit.bind(process);
  let isEnding = false;
  const value = (status?: number): never => {
    // node's ends by calling the runtime's.
    if (isEnding) return exit(status);
    isEnding = true;
    return leave(status ?? Deno.exitCode);
  };
  Object.defineProperty(Deno, "exit", { value });
}

/** More than this nobody reads. */
const MOST_FILES = 20;

function judged({ status, error }: End, { call, loader }: Box): number {
  if (error === null) return status;
  if (error.message.includes("reaching memory limit")) {
    const size = `${Math.floor((call.maxHeap ?? 0) / MEGABYTE)}MB`;
    throw new RunnerError(`Cannot go on: the script needs more heap than its max_heap of ${size}`, {
      hint: "Raise max_heap, or look for what it keeps",
      exitStatus: EXIT.failed,
    });
  }
  if (error.name !== "SyntaxError") return status;
  // The runtime has told the place, by what it knows of files in memory.
  const files = [...loader.names].map(([memory, url]) => `${memory} is ${url}`);
  throw new RunnerError(`Cannot run the script: ${error.message}`, {
    hint: files.slice(0, MOST_FILES).join("\n  "),
    exitStatus: status,
  });
}
