// Builds the binary if it is out of date and runs the demo, so that one Ctrl-C is one signal to it.

/**
 * On Ctrl-C the terminal signals every process of the foreground group, and `deno task` passes what it
 * got on to its child once more: seen are three SIGINT within milliseconds, and a second SIGINT means
 * "kill now" to the runner. So it gets a session of its own, and signals this close together count as one.
 */
const SAME_SIGNAL_MILLIS = 300;

/** What the runner gets for what we get: a closed terminal ends the demo, SIGHUP itself is "update". */
const SIGNALS = [["SIGINT", "SIGINT"], ["SIGTERM", "SIGTERM"], ["SIGHUP", "SIGTERM"]] as const;

if (import.meta.main) {
  const built = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "tools/compile.ts", "--if-stale"],
  }).spawn().status;
  if (!built.success) Deno.exit(built.code);
  Deno.exit(await demo(["start", "examples/demo/runner.toml", ...Deno.args]));
}

async function demo(args: string[]): Promise<number> {
  const runner = new Deno.Command("dist/runner", { args, detached: true }).spawn();
  let last = -Infinity;
  for (const [received, sent] of SIGNALS) {
    Deno.addSignalListener(received, () => {
      const now = performance.now();
      if (now - last > SAME_SIGNAL_MILLIS) runner.kill(sent);
      last = now;
    });
  }
  return (await runner.status).code;
}
