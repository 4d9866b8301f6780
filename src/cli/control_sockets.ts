// The control sockets of a running pool: the one that is always there, and those of the manifest.
import type { OwnLog } from "../engine/own_log.ts";
import { HttpServer, type ServerSocket } from "../control/http/server.ts";
import type { RunnerFace } from "../control/runner_face.ts";
import type { ServerPlan } from "../manifest/plan.ts";
import type { InstanceName } from "../os/instance_key.ts";
import type { Poller } from "../os/poller.ts";
import { socketPlace } from "../os/socket_place.ts";
import type { Clock } from "../ports/clock.ts";

/** Path of the socket that every runner has. Short: the system takes 107 bytes. */
export function ownSocket(folder: string, name: InstanceName): string {
  return socketPlace(folder, name.key.slice(-16));
}

export interface ControlParts {
  readonly poller: Poller;
  readonly clock: Clock;
  readonly log: OwnLog;
  readonly runner: RunnerFace;
  readonly socket: string;
  /** Sockets of the program before us, to go on with. */
  readonly adopted?: readonly ServerSocket[];
}

/** Opens all sockets; what answers on them is loaded with the first request. Throws RunnerError. */
export async function openControl(
  { poller, clock, log, runner, socket, adopted = [] }: ControlParts,
): Promise<HttpServer> {
  const server = new HttpServer({
    poller,
    clock,
    load: async () => (await import("../control/router.ts")).router(runner),
    log: (level, message) => log.write(level, message),
    uid: runner.identity.uid,
    adopted,
  });
  try {
    server.listen(ownServer(socket));
    for (const plan of runner.pool.plan.servers) server.listen(plan);
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

/** For root and the owner alone, and without a password. */
function ownServer(socket: string): ServerPlan {
  return {
    kind: "unix",
    section: "",
    address: socket,
    mode: 0o600,
    owner: null,
    username: null,
    password: null,
  };
}
