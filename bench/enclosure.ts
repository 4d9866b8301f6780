// An environment by which everything that was started in it is found again, even what became a daemon.
import { delay } from "./measure/clock.ts";
import { pidsWithEnvironment } from "./measure/proc.ts";

const VARIABLE = "BENCH_ENCLOSURE";

let lastNumber = 0;

export class Enclosure implements AsyncDisposable {
  /** A small environment, so that nothing of this machine's user takes part. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #mark: string;

  /** Makes an enclosure with its home in `folder`. */
  constructor(folder: string) {
    const token = tokenOf(++lastNumber);
    this.#mark = `${VARIABLE}=${token}`;
    this.environment = {
      PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin",
      HOME: folder,
      XDG_RUNTIME_DIR: folder,
      PM2_HOME: `${folder}/pm2`,
      PM2_DISABLE_VERSION_CHECK: "true",
      [VARIABLE]: token,
    };
  }

  /** Lists what runs in it. */
  pids(): number[] {
    return pidsWithEnvironment(this.#mark);
  }

  /** Kills what is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (let left = this.pids(); left.length > 0; left = this.pids()) {
      left.forEach(killIfThere);
      await delay(20);
    }
  }
}

/** Kills what is left in any enclosure of this run. */
export function killAllEnclosed(): void {
  for (let number = 1; number <= lastNumber; number++) {
    pidsWithEnvironment(`${VARIABLE}=${tokenOf(number)}`).forEach(killIfThere);
  }
}

function tokenOf(number: number): string {
  return `${Deno.pid}.${number}`;
}

function killIfThere(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
