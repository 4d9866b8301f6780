// Where a piece of UTF-8 text has been cut in the middle of a character.

/** How many bytes at the end are the beginning of a character that goes on: 0 to 3. */
export function cutCharacterLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

/** Length of the character that begins with this byte; 0: none does. */
function sequenceLength(byte: number): number {
  if (byte >= 0xf8) return 0;
  return byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
}
