// What an operator chooses beside a file of a foreign format.

export interface ForeignChoice {
  /** `--env production`: PM2's `env_production` goes over `env`. */
  readonly env: string | null;
  /** `--formation web=2,worker=4`: how many processes of which type of a Procfile; null: one of each. */
  readonly formation: ReadonlyMap<string, number> | null;
}

export const NO_CHOICE: ForeignChoice = { env: null, formation: null };
