// What the running runner is made of, as the control server puts it together.
import type { Command } from "../core/events.ts";
import type { Pool } from "../core/pool.ts";
import type { Bytes, LogLevel, Millis, Plan } from "../manifest/plan.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entry } from "./ledger.ts";
import type {
  ListenerStanding,
  LogAccess,
  Reread,
  RunLook,
  RunnerFace,
  RunnerIdentity,
} from "./runner_face.ts";
import type { Look } from "./usage_sampler.ts";

/** A manifest, read and judged. */
export interface ReadManifest extends Reread {
  /** How many processes it asks for, by program. */
  readonly counts: ReadonlyMap<string, number>;
  /** The same text with other numbers; null where they cannot be had. */
  rescaled(scaled: ReadonlyMap<string, number>): Plan | null;
}

/** What has been counted and wished, as it is handed over to another program. */
export interface LiveState {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly scaled: ReadonlyMap<string, number>;
}

/** The engine, as far as it is needed here. */
export interface EngineFace {
  readonly pool: Pool;
  post(event: { readonly kind: "command"; readonly command: Command }): void;
  writeStdin(id: string, bytes: Uint8Array): "sent" | "not-running" | "closed" | "full";
}

export interface LiveRunnerParts {
  readonly identity: RunnerIdentity;
  /** What children get as SUPERVISOR_SERVER_URL where the manifest names none. */
  readonly serverUrl: string;
  readonly clock: Clock;
  readonly engine: EngineFace;
  readonly logs: LogAccess;
  /** What is running now. */
  readonly manifest: ReadManifest;
  /** Reads the manifest as it is on disk now. */
  read(scaled: ReadonlyMap<string, number>): Promise<ReadManifest>;
  log(level: LogLevel, message: string): void;
  look(age: Millis): ReadonlyMap<number, Look>;
  ownUsage(): { readonly memory: Bytes; readonly cpuTime: Millis; readonly descriptors: number };
  announce(type: string, content: string): void;
  listener(id: string): ListenerStanding | null;
  /** Missing: nobody looks after anything. */
  wellness?(id: string): RunLook | null;
  readonly upgrade?: RunnerFace["upgrade"];
  /** Missing: there are none. */
  alerts?(): RunnerFace["alerts"];
  readonly adopted?: LiveState | null;
}
