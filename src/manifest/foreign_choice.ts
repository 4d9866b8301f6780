// What an operator chooses beside a file of a foreign format.

export interface ForeignChoice {
  /** `-e production`: that overlay of ours; of a PM2 file, `env_production` over `env`. */
  readonly env: string | null;
  /** `--formation web=2,worker=4`: how many processes of which type of a Procfile; null: one of each. */
  readonly formation: ReadonlyMap<string, number> | null;
}

export const NO_CHOICE: ForeignChoice = { env: null, formation: null };

/** The environment that is chosen; null: none. */
export interface ChosenEnvironment {
  readonly name: string;
  /** By an option, and not by a variable, which may stand there for others. */
  readonly isAsked: boolean;
}

/** Says it where no option does. */
export const ENVIRONMENT_VARIABLE = "RUNNER_ENV";

export function chosenEnvironment(
  machine: {
    readonly choice?: ForeignChoice;
    readonly env: Readonly<Record<string, string>>;
  },
): ChosenEnvironment | null {
  const asked = machine.choice?.env ?? null;
  if (asked !== null) return { name: asked, isAsked: true };
  const name = machine.env[ENVIRONMENT_VARIABLE] ?? "";
  return name === "" ? null : { name, isAsked: false };
}
