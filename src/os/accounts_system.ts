// Users and groups as the C library finds them: LDAP, SSSD and whatever else nsswitch.conf names.
import { cString, libc } from "./libc.ts";

/** A line of passwd(5). */
export interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** Room for the texts of one entry; a group with many members needs most. */
const TEXT_SIZE = 1 << 18;
const STRUCT_SIZE = 64;
const MOST_GROUPS = 65536;
const NUMBER = /^\d+$/;
/** Greatest number of a user or group; the C library takes no other. */
const MOST = 0xffff_ffff;

/** What a call has filled in; null: not found. */
function filled(
  call: (
    entry: Uint8Array<ArrayBuffer>,
    text: Uint8Array<ArrayBuffer>,
    size: bigint,
    found: Uint8Array<ArrayBuffer>,
  ) => number,
): DataView | null {
  const entry = new Uint8Array(STRUCT_SIZE);
  const text = new Uint8Array(TEXT_SIZE);
  const found = new Uint8Array(8);
  if (call(entry, text, BigInt(TEXT_SIZE), found) !== 0) return null;
  const isFound = found.some((byte) => byte !== 0);
  if (!isFound) return null;
  // The pointers in the entry point into `text`: told as places in it, so that both stay alive together.
  const start = Deno.UnsafePointer.value(Deno.UnsafePointer.of(text));
  const all = new Uint8Array(STRUCT_SIZE + TEXT_SIZE);
  all.set(entry);
  all.set(text, STRUCT_SIZE);
  const view = new DataView(all.buffer);
  for (let at = 0; at < STRUCT_SIZE; at += 8) {
    const offset = view.getBigUint64(at, true) - BigInt(start);
    if (offset >= 0n && offset < BigInt(TEXT_SIZE)) {
      view.setBigUint64(at, offset + BigInt(STRUCT_SIZE), true);
    }
  }
  return view;
}

function textAt(view: DataView, at: number): string {
  const bytes = new Uint8Array(view.buffer);
  const start = Number(view.getBigUint64(at, true));
  return new TextDecoder().decode(bytes.subarray(start, bytes.indexOf(0, start)));
}

function isTooGreat(nameOrNumber: string): boolean {
  return NUMBER.test(nameOrNumber) && Number(nameOrNumber) > MOST;
}

/** A user by name or number; null when there is none. */
export function userBySystem(nameOrUid: string): PasswdEntry | null {
  if (isTooGreat(nameOrUid)) return null;
  const view = NUMBER.test(nameOrUid)
    ? filled((...place) => libc().getpwuid_r(Number(nameOrUid), ...place))
    : filled((...place) => libc().getpwnam_r(cString(nameOrUid), ...place));
  if (view === null) return null;
  return {
    name: textAt(view, 0),
    uid: view.getUint32(16, true),
    gid: view.getUint32(20, true),
    home: textAt(view, 32),
    shell: textAt(view, 40),
  };
}

/** The number of a group by name or number; null when there is none. */
export function groupBySystem(nameOrGid: string): number | null {
  if (isTooGreat(nameOrGid)) return null;
  const view = NUMBER.test(nameOrGid)
    ? filled((...place) => libc().getgrgid_r(Number(nameOrGid), ...place))
    : filled((...place) => libc().getgrnam_r(cString(nameOrGid), ...place));
  return view === null ? null : view.getUint32(16, true);
}

/** All groups of a user, the primary one first. */
export function groupsBySystem(name: string, gid: number): number[] {
  const count = new Int32Array([MOST_GROUPS]);
  const groups = new Uint32Array(MOST_GROUPS);
  if (libc().getgrouplist(cString(name), gid, groups, count) < 0) return [gid];
  const found = groups.subarray(0, count[0] ?? 0);
  return [gid, ...found.filter((group) => group !== gid)];
}
