// memory_hard_limit: by a cgroup of its own for each process where there can be one, by RLIMIT_AS otherwise.
import { plansInOrder } from "../core/pool.ts";
import type { OwnLog } from "../engine/own_log.ts";
import type { Bytes, Plan } from "../manifest/plan.ts";
import {
  type CgroupAccess,
  openCgroups,
  prepareProcessGroup,
  removeCgroups,
} from "../os/cgroup.ts";

export class HardLimits implements Disposable {
  readonly #key: string;
  readonly #log: OwnLog;
  #access: CgroupAccess | null = null;

  constructor(
    plan: Plan,
    { key, log, adopted = null }: {
      readonly key: string;
      readonly log: OwnLog;
      /** What the program before us has found. */
      readonly adopted?: CgroupAccess | null;
    },
  ) {
    this.#key = key;
    this.#log = log;
    this.#access = adopted;
    if (adopted !== null) return;
    const limited = plansInOrder(plan).filter(({ memory }) => memory.hardLimit !== null);
    if (limited.length > 0) this.#open();
  }

  /** What has been found, for the program that takes over; null: nobody has asked. */
  get access(): CgroupAccess | null {
    return this.#access;
  }

  /** The cgroup a process is born into; null when RLIMIT_AS must do. */
  groupFor(id: string, limit: Bytes): string | null {
    const access = this.#access ?? this.#open();
    if (access.kind === "unavailable") return null;
    const group = prepareProcessGroup(access.folder, { id, limit });
    if (group.kind === "ready") return group.path;
    this.#log.write("warn", `memory_hard_limit of ${id} is enforced by RLIMIT_AS: ${group.why}`);
    return null;
  }

  [Symbol.dispose](): void {
    if (this.#access?.kind === "available") removeCgroups(this.#access.folder);
  }

  #open(): CgroupAccess {
    const access = openCgroups(this.#key);
    this.#access = access;
    this.#log.write(
      "info",
      access.kind === "available"
        ? `memory_hard_limit is enforced by cgroups in ${access.folder}`
        : `memory_hard_limit is enforced by RLIMIT_AS: ${access.why}`,
    );
    return access;
  }
}
