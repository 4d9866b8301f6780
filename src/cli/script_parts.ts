// What only some scripts need. It is loaded when the first module asks for it: the stripper alone costs 15 ms.

/** Each of them, or null before it is loaded. */
export interface Parts {
  readonly types: typeof import("./script_strip.ts") | null;
  readonly common: typeof import("./script_common.ts") | null;
}

export const NO_PARTS: Parts = { types: null, common: null };

/** Thrown by whoever finds a part missing where nothing can be waited for. */
export class PartMissing extends Error {
  readonly part: keyof Parts;

  constructor(part: keyof Parts, url: string) {
    super(
      `Cannot load "${url}" here: import it once before, or by a name in the text of the script`,
    );
    this.part = part;
  }
}

/** The parts with one more. */
export async function withPart(parts: Parts, part: keyof Parts): Promise<Parts> {
  switch (part) {
    case "types":
      return { ...parts, types: await import("./script_strip.ts") };
    case "common":
      return { ...parts, common: await import("./script_common.ts") };
  }
}
