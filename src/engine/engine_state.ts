// What an engine leaves to the program that takes its place: the pool, and what it holds of each child.
import type { Pool } from "../core/pool.ts";
import type { Watched } from "./memory_watch.ts";
import type { SharedSocketState } from "./fcgi_sockets.ts";
import type { StdinState } from "./stdin_pipe.ts";

/** A living child. */
export interface ChildState {
  readonly id: string;
  readonly run: number;
  readonly pid: number;
  readonly stdin: StdinState | null;
  /** Address of the FastCGI socket it has. */
  readonly socket: string | null;
}

export interface EngineState {
  readonly pool: Pool;
  readonly children: readonly ChildState[];
  readonly sockets: readonly SharedSocketState[];
  /** Processes with a memory cap. */
  readonly watched: ReadonlyMap<string, Watched>;
}

/** The descriptors in it. */
export function engineFds({ children, sockets }: EngineState): readonly number[] {
  const stdins = children.flatMap(({ stdin }) => stdin?.fd ?? []);
  return [...stdins, ...sockets.map(({ open }) => open.fd)];
}
