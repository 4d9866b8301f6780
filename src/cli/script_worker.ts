// The first module of each web worker of a script. It is loaded by its name: nothing may import it but by name.
import { type ServiceManager, serviceManager } from "../os/sd_notify.ts";
import { scriptApi } from "./script_api.ts";
import { type Loaded, ScriptLoader } from "./script_loader.ts";
import type { Parts } from "./script_parts.ts";
import { type ScriptWorld, setUpWorld } from "./script_world.ts";

/** Where this is loaded from. */
export const here = import.meta.url;

/** Sets up the globals of a web worker. */
export function setUpWorker(world: ScriptWorld, loaded: Loaded, parts: Parts): void {
  setUpWorld(world, new ScriptLoader(world.mainUrl, { loaded, parts }));
  const service = { say: (lines: readonly string[]) => socketOf(world)?.say(lines) ?? false };
  Object.defineProperty(globalThis, "runner", { value: scriptApi(service), configurable: true });
}

/** Opened when there is something to say, each by itself: most web workers say nothing. */
let opened: ServiceManager | null = null;

function socketOf({ notifySocket }: ScriptWorld): ServiceManager | null {
  try {
    opened ??= serviceManager({ NOTIFY_SOCKET: notifySocket }, Deno.pid);
    return opened;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    const what = "Cannot tell the supervisor anything from a web worker without allow_ffi";
    throw new TypeError(`${what}: tell it from the script itself`, { cause: error });
  }
}
