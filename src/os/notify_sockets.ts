// NOTIFY_SOCKET for programs: one for each run, in the runtime folder or, where that cannot be, with an abstract name.
import type { NotifySocket, NotifySockets, OpenNotifySocket } from "../ports/notify_socket.ts";
import { errnoOf } from "./deno_errors.ts";
import { errnoName } from "./errno.ts";
import type { InstanceName } from "./instance_key.ts";
import { DatagramReader, openDatagrams } from "./notify_libc.ts";
import type { Poller } from "./poller.ts";
import { notifyAddress } from "./sd_notify.ts";
import { bindSocket, closeFd, setSocketMode } from "./socket_libc.ts";

/** Datagrams taken in one turn; the kernel keeps about ten, so only a flood has more. */
const MOST_AT_ONCE = 64;

export interface NotifyPlace {
  readonly folder: string;
  readonly name: InstanceName;
  readonly poller: Pick<Poller, "watchReadable" | "unwatch">;
}

/** Everything of it is made when the first program needs it. */
export function notifySockets({ folder, name, poller }: NotifyPlace): NotifySockets {
  const home = `${folder}/notify`;
  const reader = new DatagramReader();
  const isOpen = new Set<NotifySocket>();
  let serial = 0;
  let isUsable: boolean | null = null;
  const hear = (bound: OpenNotifySocket, heard: (text: string) => void): NotifySocket => {
    const socket = listen(bound, { reader, poller, heard, closed: () => isOpen.delete(socket) });
    isOpen.add(socket);
    return socket;
  };
  return {
    adopt(open, heard) {
      // Those that are there are ours: none may be removed, and no name be given twice.
      if (open.path !== null) isUsable = true;
      serial = Math.max(serial, Number(/-(\d+)$/.exec(open.path ?? "")?.[1] ?? 0));
      return hear(open, heard);
    },
    open(user, heard) {
      isUsable ??= prepare(home, name.key);
      const bound = bind({
        path: isUsable ? `${home}/${name.key}-${serial += 1}` : null,
        uid: user?.uid ?? Deno.uid() ?? 0,
      });
      if (typeof bound === "string") return bound;
      return hear(bound, heard);
    },
    [Symbol.dispose]() {
      for (const socket of isOpen) socket[Symbol.dispose]();
    },
  };
}

/** Makes the folder, and removes what an earlier runner of this manifest has left. False: it cannot be used. */
function prepare(home: string, key: string): boolean {
  try {
    Deno.mkdirSync(home, { recursive: true, mode: 0o711 });
    for (const { name } of Deno.readDirSync(home)) {
      if (name.startsWith(`${key}-`)) Deno.removeSync(`${home}/${name}`);
    }
    return true;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return false;
  }
}

function bind(
  { path, uid }: { readonly path: string | null; readonly uid: number },
): OpenNotifySocket | string {
  const own = Deno.uid() ?? 0;
  const uids = [...new Set([0, own, uid])];
  const isReachable = path !== null && (uid === own || uid === 0 || openWay(path));
  const address = isReachable ? notifyAddress(path) : null;
  const name = address === null ? `@runner/${crypto.randomUUID()}` : path ?? "";
  const place = address ?? notifyAddress(name);
  const fd = openDatagrams();
  if (fd < 0 || place === null) return `no socket can be made (${errnoName(-fd)})`;
  // Before there is a file: nobody else can ever open it.
  setSocketMode(fd, 0o600);
  const result = bindSocket(fd, place);
  if (result < 0) {
    closeFd(fd);
    // A full or read-only disk: a name that needs none will do.
    return address === null
      ? `no socket can be bound (${errnoName(-result)})`
      : bind({ path: null, uid });
  }
  const file = address === null ? null : name;
  if (file !== null && uid !== own && !giveTo(file, uid)) {
    closeFd(fd);
    removeFile(file);
    return bind({ path: null, uid });
  }
  return { fd, address: name, path: file, uids };
}

/** Only root can give a file away, and not even root to somebody whom its namespace does not know. */
function giveTo(file: string, uid: number): boolean {
  try {
    Deno.chownSync(file, uid, null);
    return true;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return false;
  }
}

/** Lets others pass through our own folders on the way to the file; false when a folder above keeps them out. */
function openWay(path: string): boolean {
  const folders = path.split("/").slice(1, -1).map((_, at, all) =>
    `/${all.slice(0, at + 1).join("/")}`
  );
  return folders.every((folder, at) => {
    const { mode, uid } = Deno.statSync(folder);
    if (((mode ?? 0) & 0o001) !== 0) return true;
    // The runtime folder and ours within it: what is in there has rights of its own.
    if (at < folders.length - 2 || uid !== Deno.uid()) return false;
    Deno.chmodSync(folder, 0o711);
    return true;
  });
}

interface Ear {
  readonly reader: DatagramReader;
  readonly poller: NotifyPlace["poller"];
  heard(text: string): void;
  closed(): void;
}

function listen(open: OpenNotifySocket, ear: Ear): NotifySocket {
  const { fd, address, path, uids } = open;
  const text = new TextDecoder();
  let isOpen = true;
  const read = (): number => {
    let bytes = 0;
    for (let count = 0; count < MOST_AT_ONCE && isOpen; count++) {
      const datagram = ear.reader.take(fd);
      if (datagram === null) break;
      // One more for each: a flood of empty ones counts as work, too.
      bytes += datagram.bytes.length + 1;
      const isTheirs = datagram.uid === null ? path !== null : uids.includes(datagram.uid);
      if (isTheirs && !datagram.isCut) ear.heard(text.decode(datagram.bytes));
    }
    return bytes;
  };
  ear.poller.watchReadable(fd, read);
  return {
    open,
    address,
    drain: () => void read(),
    [Symbol.dispose]() {
      if (!isOpen) return;
      isOpen = false;
      ear.poller.unwatch(fd);
      closeFd(fd);
      if (path !== null) removeFile(path);
      ear.closed();
    },
  };
}

function removeFile(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
