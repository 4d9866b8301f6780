// The listening socket of a FastCGI program, made before its first child and handed down as its stdin.
import { RunnerError } from "../base/errors.ts";
import type { FcgiPlan } from "../manifest/plan.ts";
import type { ListenSocket, OpenSocket, SocketResult } from "../ports/host.ts";
import { errnoOf } from "./deno_errors.ts";
import { errnoName } from "./errno.ts";
import { closeFd, setBlocking } from "./libc.ts";
import { listenOn } from "./socket_libc.ts";
import { closeUnix, listenInet, listenUnix, type UnixListener } from "./socket_listener.ts";

const UNIX = "unix://";
const TCP = "tcp://";
/** As many connections as the kernel lets wait. */
const BACKLOG = 4096;
/** supervisord's default. */
const MODE = 0o700;

/** Opens the socket, or says why it cannot be. */
export function openListenSocket(plan: FcgiPlan): SocketResult {
  try {
    const socket = plan.socket.startsWith(UNIX) ? openUnix(plan) : openInet(plan);
    // Children wait in accept(2).
    setBlocking(socket.fd);
    return { kind: "open", socket };
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error;
    return { kind: "failed", reason: failure(plan, error.message) };
  }
}

function openUnix(plan: FcgiPlan): ListenSocket {
  const path = plan.socket.slice(UNIX.length);
  const { owner, mode, backlog } = plan;
  return unixSocket(
    listenUnix({ path, owner, mode: mode ?? MODE, backlog: backlog ?? BACKLOG }),
  );
}

function unixSocket(listener: UnixListener): ListenSocket {
  const { fd, path, identity } = listener;
  return {
    fd,
    identity,
    adjust: (next) => changeRights(path, next) ?? changeBacklog(fd, next),
    close: () => closeUnix(listener),
  };
}

function openInet({ socket, backlog }: FcgiPlan): ListenSocket {
  const { fd } = listenInet(socket.slice(TCP.length), backlog ?? BACKLOG);
  return inetSocket(fd);
}

function inetSocket(fd: number): ListenSocket {
  return {
    fd,
    identity: null,
    adjust: (next) => changeBacklog(fd, next),
    close: () => closeFd(fd),
  };
}

/** Goes on with a socket that the program before us has opened for this plan. */
export function adoptListenSocket(plan: FcgiPlan, { fd, identity }: OpenSocket): ListenSocket {
  if (identity === null) return inetSocket(fd);
  return unixSocket({ fd, path: plan.socket.slice(UNIX.length), identity });
}

/** Listening once more is how Linux takes another length of the queue. */
function changeBacklog(fd: number, plan: FcgiPlan): string | null {
  const result = listenOn(fd, plan.backlog ?? BACKLOG);
  return result < 0 ? failure(plan, errnoName(-result)) : null;
}

function changeRights(path: string, plan: FcgiPlan): string | null {
  try {
    if (plan.owner !== null) {
      const { uid, gid } = plan.owner;
      Deno.chownSync(path, uid, gid < 0 ? null : gid);
    }
    Deno.chmodSync(path, plan.mode ?? MODE);
    return null;
  } catch (error) {
    const reason = errnoOf(error);
    if (reason === null) throw error;
    return failure(plan, `its owner or mode cannot be set: ${reason}`);
  }
}

function failure(plan: FcgiPlan, reason: string): string {
  return `couldn't make socket ${plan.socket}: ${reason}`;
}
