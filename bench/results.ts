// The samples of a run, by figure and by column of the table.
import { median } from "./measure/stats.ts";

/** One line of the table. */
export interface Figure {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly digits: number;
  readonly target?: Target;
}

/** What we want to reach, and whether we did; undefined where that cannot be said. */
export interface Target {
  readonly text: string;
  readonly isMet: (medianOf: (column: string) => number | undefined) => boolean | undefined;
}

/** Our own column. */
export const OURS = "runner";

/** A target that is a limit for our own median. */
export function atMost(limit: number, text = `≤ ${limit}`): Target {
  return {
    text,
    isMet(medianOf) {
      const ours = medianOf(OURS);
      return ours === undefined ? undefined : ours <= limit;
    },
  };
}

export class Results {
  readonly #samples = new Map<string, number[]>();
  readonly #excuses = new Map<string, string>();

  add(figure: Figure, column: string, ...values: readonly number[]): void {
    const key = `${figure.key}/${column}`;
    this.#samples.set(key, [...this.samples(figure, column), ...values]);
  }

  /** Notes why there is no figure, or what the figure does not say. */
  excuse(figure: Figure, column: string, why: string): void {
    this.#excuses.set(`${figure.key}/${column}`, why);
  }

  samples(figure: Figure, column: string): readonly number[] {
    return this.#samples.get(`${figure.key}/${column}`) ?? [];
  }

  median(figure: Figure, column: string): number | undefined {
    return median(this.samples(figure, column));
  }

  excuseOf(figure: Figure, column: string): string | undefined {
    return this.#excuses.get(`${figure.key}/${column}`);
  }

  isMet(figure: Figure): boolean | undefined {
    return figure.target?.isMet((column) => this.median(figure, column));
  }
}
