// Runs another program of the machine to its end.

/** What a command has said, and how it has ended. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions extends Pick<Deno.CommandOptions, "cwd" | "env"> {
  /** What it reads; /dev/null if not set. */
  readonly input?: string;
}

/** Runs the words of a command line. */
export async function runWords(
  words: readonly string[],
  { input, ...options }: RunOptions = {},
): Promise<Said> {
  const [program = "", ...args] = words;
  const child = new Deno.Command(program, {
    ...options,
    args,
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  if (input !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  }
  const { code, stdout, stderr } = await output;
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: decode(stdout), err: decode(stderr) };
}
