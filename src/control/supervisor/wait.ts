// Waiting for what an order leads to, and collecting what became of several.
import type { Pool } from "../../core/pool.ts";
import type { Process } from "../../core/process_state.ts";
import type { RunnerFace } from "../runner_face.ts";
import { struct, XmlRpcFault, type XmlRpcValue } from "../xmlrpc/value.ts";
import { FAULTS } from "./faults.ts";
import { makeNamespec } from "./names.ts";

/** Gives what `probe` gives as soon as that is not null; rejects with what it throws. */
export function waitFor<T>(runner: RunnerFace, probe: (pool: Pool) => T | null): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let watching: Disposable | null = null;
  let isDone = false;
  const look = (pool: Pool) => {
    if (isDone) return;
    try {
      const found = probe(pool);
      if (found === null) return;
      resolve(found);
    } catch (error) {
      reject(error);
    }
    isDone = true;
    watching?.[Symbol.dispose]();
  };
  look(runner.pool);
  if (!isDone) watching = runner.watch({ settled: look });
  return promise;
}

/** Does something with one process; throws an XmlRpcFault, now or later. */
export type Deed = (name: string) => XmlRpcValue | Promise<XmlRpcValue>;

/**
 * Does the same with several processes at once. One struct for each, in the order in which they are done:
 * supervisorctl prints them so.
 */
export async function doEach(processes: readonly Process[], deed: Deed): Promise<XmlRpcValue> {
  const results: XmlRpcValue[] = [];
  const waiting: Promise<void>[] = [];
  for (const { plan } of processes) {
    const add = (status: number, description: string) =>
      void results.push(struct({ name: plan.name, group: plan.group, status, description }));
    const fail = (error: unknown) => {
      if (!(error instanceof XmlRpcFault)) throw error;
      add(error.code, error.message);
    };
    try {
      const outcome = deed(makeNamespec(plan.group, plan.name));
      if (outcome instanceof Promise) {
        waiting.push(outcome.then(() => add(FAULTS.SUCCESS, "OK"), fail));
      } else add(FAULTS.SUCCESS, "OK");
    } catch (error) {
      fail(error);
    }
  }
  await Promise.all(waiting);
  return results;
}
