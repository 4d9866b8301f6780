// Runs a program that may be anything, to its end or until its time is up.

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TryOptions {
  readonly cwd: string;
  /** Milliseconds after which it is ended. */
  readonly limit: number;
}

/** One that cannot be run, or does not end in time, has failed. */
export async function tryProgram(
  path: string,
  args: readonly string[],
  { cwd, limit }: TryOptions,
): Promise<Answer> {
  try {
    const command = new Deno.Command(path, {
      args: [...args],
      cwd,
      stdin: "null",
      signal: AbortSignal.timeout(limit),
    });
    const { code, stdout, stderr } = await command.output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { code: 126, stdout: "", stderr: error.message };
  }
}
