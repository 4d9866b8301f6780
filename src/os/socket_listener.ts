// Sockets that listen: unix ones with the file they stand for, inet ones.
import { RunnerError } from "../base/errors.ts";
import { parseAddress, splitHostPort } from "../base/ip_address.ts";
import { ERRNO, errnoName } from "./errno.ts";
import { errnoOf } from "./deno_errors.ts";
import { FILE_TYPE, stat } from "./log_libc.ts";
import {
  inetAddress,
  LONGEST_SOCKET_PATH,
  readInetAddress,
  unixAddress,
} from "./socket_address.ts";
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  bindSocket,
  boundAddress,
  closeFd,
  connectSocket,
  listenOn,
  openSocket,
  OPTION,
  setOption,
  setSocketMode,
} from "./socket_libc.ts";
import { lookUpHost } from "./socket_lookup.ts";

/** Connections that may wait to be accepted; the kernel takes 4096 at most. */
const BACKLOG = 512;

export interface UnixListenRequest {
  readonly path: string;
  readonly mode: number;
  /** -1: stays as it is. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  readonly backlog?: number;
}

/** A socket file that listens. */
export interface UnixListener {
  readonly fd: number;
  readonly path: string;
  /** Device and inode of the file: whether it is still ours. */
  readonly identity: string;
}

/** What is at the path of a socket. */
export type SocketPlace = "free" | "stale" | "live" | "other" | "closed";

/** Looks who is at a path: a socket that nobody listens on any more is `stale`. */
export function lookAtSocket(path: string): SocketPlace {
  const found = stat(path);
  if (found === null) return "free";
  if (found.type !== FILE_TYPE.socket) return "other";
  const address = unixAddress(path);
  const fd = openSocket(AF_UNIX);
  if (address === null || fd < 0) return "closed";
  const result = connectSocket(fd, address);
  closeFd(fd);
  if (result === -ERRNO.ECONNREFUSED) return "stale";
  if (result === -ERRNO.ENOENT) return "free";
  // EAGAIN: its queue is full, so somebody is there.
  return result === 0 || result === -ERRNO.EAGAIN ? "live" : "closed";
}

/** Listens on a path; a stale socket is taken over, a live one refused. */
export function listenUnix(request: UnixListenRequest): UnixListener {
  const { path } = request;
  const address = unixAddress(path);
  if (address === null) {
    throw refused(path, `the path is longer than ${LONGEST_SOCKET_PATH} bytes`, {
      hint: "Use a shorter path, e.g. in /run",
    });
  }
  makeRoom(path);
  const fd = openSocket(AF_UNIX);
  if (fd < 0) throw refused(path, errnoName(-fd));
  try {
    // Born closed to everybody: it is opened only when it has its owner.
    setSocketMode(fd, 0);
    orRefuse(path, bindSocket(fd, address));
    const identity = stat(path)?.identity ?? "";
    setRights(request);
    orRefuse(path, listenOn(fd, request.backlog ?? BACKLOG));
    return { fd, path, identity };
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

function makeRoom(path: string): void {
  switch (lookAtSocket(path)) {
    case "free":
      return;
    case "stale":
      return removeFile(path);
    case "live":
      throw refused(path, "another program is listening on it", {
        hint: "Stop it first, or give this one another file",
      });
    case "other":
      throw refused(path, "there is a file that is no socket");
    case "closed":
      throw refused(path, "there is a socket that cannot be looked at");
  }
}

function setRights({ path, owner, mode }: UnixListenRequest): void {
  try {
    if (owner !== null) {
      const { uid, gid } = owner;
      Deno.chownSync(path, uid < 0 ? null : uid, gid < 0 ? null : gid);
    }
    Deno.chmodSync(path, mode);
  } catch (error) {
    const name = errnoOf(error);
    if (name === null) throw error;
    removeFile(path);
    throw refused(path, `its owner or mode cannot be set (${name})`, {
      hint: "Only root can give a socket to another user: check chown and chmod",
    });
  }
}

/** Closes the socket and removes its file, if that is still ours. */
export function closeUnix({ fd, path, identity }: UnixListener): void {
  if (stat(path)?.identity === identity) removeFile(path);
  closeFd(fd);
}

function removeFile(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    const name = errnoOf(error);
    if (name === null) throw error;
    throw refused(path, `the old socket cannot be removed (${name})`);
  }
}

/** Listens on `host:port`, `[::1]:port` or `*:port` (every address, IPv6 included where there is any). */
export function listenInet(
  text: string,
  backlog = BACKLOG,
): { readonly fd: number; readonly port: number } {
  const { host, port } = splitHostPort(text);
  const isAll = host === "*" || host === "";
  const numbers = isAll ? ALL_V6 : numbersOf(text, host);
  const result = bindInet({ numbers, port: Number(port), backlog });
  if (result >= 0) return { fd: result, port: readInetAddress(boundAddress(result)).port };
  const hasNoV6 = result === -ERRNO.EAFNOSUPPORT || result === -ERRNO.EADDRNOTAVAIL;
  const again = isAll && hasNoV6
    ? bindInet({ numbers: ALL_V4, port: Number(port), backlog })
    : result;
  if (again >= 0) return { fd: again, port: readInetAddress(boundAddress(again)).port };
  throw refused(text, inetFault(-again));
}

const ALL_V4 = [0, 0, 0, 0];
const ALL_V6 = Array.from({ length: 16 }, () => 0);
const LOCALHOST = [127, 0, 0, 1];

function numbersOf(text: string, host: string): readonly number[] {
  const numbers = host.toLowerCase() === "localhost"
    ? LOCALHOST
    : parseAddress(host) ?? lookUpHost(host);
  if (numbers === null) throw refused(text, `there is no host "${host}"`);
  return numbers;
}

interface InetBind {
  readonly numbers: readonly number[];
  readonly port: number;
  readonly backlog: number;
}

/** The descriptor, or minus errno. */
function bindInet({ numbers, port, backlog }: InetBind): number {
  const fd = openSocket(numbers.length === 4 ? AF_INET : AF_INET6);
  if (fd < 0) return fd;
  // The port of a runner that has just ended is free for the next one.
  setOption(fd, OPTION.reuseAddress, true);
  if (numbers.length === 16) setOption(fd, OPTION.ipv6Only, false);
  const bound = bindSocket(fd, inetAddress(numbers, port));
  const result = bound < 0 ? bound : listenOn(fd, backlog);
  if (result >= 0) return fd;
  closeFd(fd);
  return result;
}

function inetFault(number: number): string {
  if (number === ERRNO.EADDRINUSE) return "another program is listening on it";
  if (number === ERRNO.EADDRNOTAVAIL) return "this machine does not have the address";
  if (number === ERRNO.EACCES) return "ports below 1024 are for root";
  return errnoName(number);
}

function orRefuse(path: string, result: number): void {
  if (result >= 0) return;
  if (result === -ERRNO.EADDRINUSE) throw refused(path, "another program has just taken it");
  throw refused(path, errnoName(-result), {
    hint: result === -ERRNO.ENOENT ? "Create its folder first" : "",
  });
}

function refused(where: string, why: string, { hint = "" } = {}): RunnerError {
  return new RunnerError(`Cannot listen on "${where}": ${why}`, { hint });
}
