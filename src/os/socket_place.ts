// Where the runner's own socket is: in its runtime folder, or in a shorter one when that path would be too long.
import { encodeText } from "./byte_text.ts";
import { shortRuntimeFolder } from "./runtime_folder.ts";
import { LONGEST_SOCKET_PATH } from "./socket_address.ts";

const SUFFIX = ".sock";

/** Path of the socket `name` of the runner whose runtime folder is `folder`. */
export function socketPlace(folder: string, name: string): string {
  const path = `${folder}/${name}${SUFFIX}`;
  if (encodeText(path).length <= LONGEST_SOCKET_PATH) return path;
  // Whoever uses two runtime folders has two runners of one manifest: they must not meet in the short one.
  const own = `/${name}-${fingerprint(folder)}${SUFFIX}`;
  return shortRuntimeFolder(LONGEST_SOCKET_PATH - own.length) + own;
}

/** Eight hex digits of a text: FNV-1a. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of encodeText(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}
