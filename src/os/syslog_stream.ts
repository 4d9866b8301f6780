// syslog over the datagram socket /dev/log: each line becomes one message.
import type { Clock } from "../ports/clock.ts";
import type { LogFault } from "../ports/logs.ts";
import { ERRNO, errnoName } from "./errno.ts";
import { closeFd } from "./libc.ts";
import { connectDatagram, sendFd } from "./log_libc.ts";
import type { OpenStream } from "./stream_log.ts";

const NEWLINE = 10;
/** Facility USER, severity INFO: what supervisord uses. */
const PRIORITY = "<14>";
/** What daemons take by default; longer lines go in several messages. */
const MESSAGE_MAX = 8192;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export interface SyslogOptions {
  readonly clock: Clock;
  /** Name of the sender. */
  readonly tag: string;
  readonly socket?: string;
}

/** Opens the local syslog. Bytes written to it are whole lines. */
export function openSyslog(options: SyslogOptions): OpenStream | LogFault {
  const { clock, tag, socket = "/dev/log" } = options;
  const fd = connectDatagram(socket);
  if (fd < 0) return { fault: errnoName(-fd) };
  return {
    fd,
    identity: `syslog:${socket}`,
    write: (bytes) => sendLines(bytes, { fd, head: messageHead(clock.now().wall, tag) }),
    close: () => closeFd(fd),
  };
}

/** `<14>Nov  5 09:04:03 runner[77]: `, the local form of RFC 3164. */
export function messageHead(wall: number, tag: string): Uint8Array {
  const at = new Date(wall);
  const day = String(at.getDate()).padStart(2);
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()];
  const clock = time.map((part) => String(part).padStart(2, "0")).join(":");
  const stamp = `${MONTHS[at.getMonth()]} ${day} ${clock}`;
  return new TextEncoder().encode(`${PRIORITY}${stamp} ${tag}[${Deno.pid}]: `);
}

function sendLines(
  bytes: Uint8Array,
  { fd, head }: { readonly fd: number; readonly head: Uint8Array },
): number {
  let taken = 0;
  while (taken < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, taken);
    const end = messageEnd(bytes, { from: taken, lineEnd: newline < 0 ? bytes.length : newline });
    const message = new Uint8Array(head.length + end - taken);
    message.set(head);
    message.set(bytes.subarray(taken, end), head.length);
    const sent = end === taken ? 0 : sendFd(fd, message);
    if (sent < 0) return taken > 0 && sent === -ERRNO.EAGAIN ? taken : sent;
    taken = end === newline ? end + 1 : end;
  }
  return taken;
}

/** End of a message: the end of the line, or MESSAGE_MAX, never inside a UTF-8 character. */
function messageEnd(
  bytes: Uint8Array,
  { from, lineEnd }: { from: number; lineEnd: number },
): number {
  if (lineEnd - from <= MESSAGE_MAX) return lineEnd;
  let end = from + MESSAGE_MAX;
  while (end > from + MESSAGE_MAX - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return end;
}
