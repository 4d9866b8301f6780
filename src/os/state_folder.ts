// The folder for the little that outlives a boot: made when there is something to keep.

/** Where it is; null: there is no home to put it into. */
export function stateFolder(): string | null {
  const own = Deno.env.get("RUNNER_STATE_DIR");
  if (own !== undefined && own !== "") return own;
  // What systemd has made for the service (StateDirectory=); the first of several.
  const service = Deno.env.get("STATE_DIRECTORY")?.split(":", 1)[0] ?? "";
  if (service.startsWith("/")) return service;
  if (Deno.uid() === 0) return "/var/lib/runner";
  const state = Deno.env.get("XDG_STATE_HOME");
  if (state !== undefined && state.startsWith("/")) return `${state}/runner`;
  const home = Deno.env.get("HOME");
  return home === undefined || !home.startsWith("/") ? null : `${home}/.local/state/runner`;
}
