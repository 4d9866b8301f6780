// Takes terminal control sequences out of a stream of bytes, also those cut between two reads.

const ESCAPE = 27;
const BELL = 7;
const CSI = 0x5b;
const BACKSLASH = 0x5c;
/** After ESC these begin a string that ends with BEL or ESC \: DCS, SOS, OSC, PM, APC. */
const STRING_STARTS = [0x50, 0x58, 0x5d, 0x5e, 0x5f];

/** Inside which sequence the stream is. */
type Place = typeof PLACES[number];

const PLACES = ["text", "escape", "csi", "string", "stringEscape"] as const;

/** Strips one stream. */
export class AnsiStripper {
  #place: Place = "text";
  #kept = new Uint8Array(0);

  /** Inside which sequence it is, for another one to go on with. */
  get place(): string {
    return this.#place;
  }

  set place(place: string) {
    this.#place = PLACES.find((known) => known === place) ?? "text";
  }

  /** The bytes without control sequences; valid until the next call. */
  strip(bytes: Uint8Array): Uint8Array {
    if (this.#place === "text" && bytes.indexOf(ESCAPE) < 0) return bytes;
    if (this.#kept.length < bytes.length) this.#kept = new Uint8Array(bytes.length);
    let length = 0;
    for (const byte of bytes) {
      const before = this.#place;
      this.#place = after(before, byte);
      // A control character inside a sequence, a line end above all, breaks it off and is text again.
      const isText = this.#place === "text" && (before === "text" || isControl(byte));
      if (isText) this.#kept[length++] = byte;
    }
    return this.#kept.subarray(0, length);
  }
}

function after(place: Place, byte: number): Place {
  if (byte === ESCAPE) return place === "string" ? "stringEscape" : "escape";
  switch (place) {
    case "text":
      return "text";
    case "escape":
      if (byte === CSI) return "csi";
      if (STRING_STARTS.includes(byte)) return "string";
      return byte >= 0x20 && byte < 0x30 ? "escape" : "text";
    case "csi":
      return byte >= 0x20 && byte < 0x40 ? "csi" : "text";
    case "string":
      return byte === BELL || byte === 10 ? "text" : "string";
    case "stringEscape":
      return byte === BACKSLASH ? "text" : after("escape", byte);
  }
}

/** BEL ends a string and is part of it; no other sequence holds control characters. */
function isControl(byte: number): boolean {
  return (byte < 0x20 && byte !== BELL) || byte >= 0x80;
}
