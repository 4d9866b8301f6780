// The user and password of a server: what comes with a request, and whether it is right.

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What a header `Authorization: Basic …` says; null when it is none. */
export function readBasic(header: string): Credentials | null {
  const [, code] = /^basic +([a-z0-9+/]+={0,2})$/i.exec(header) ?? [];
  const text = code === undefined ? null : decode(code);
  const colon = text?.indexOf(":") ?? -1;
  if (text === null || colon < 0) return null;
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function decode(code: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(code), (char) => char.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

/** Checks headers. The last right one is remembered: those who poll do not pay for it each time. */
export class CredentialCheck {
  readonly #wanted: Credentials;
  #passed: string | null = null;

  constructor(wanted: Credentials) {
    this.#wanted = wanted;
  }

  /** Whether it is the one that was right before; false says nothing. */
  async isKnown(header: string): Promise<boolean> {
    const { isSameText } = await import("./password.ts");
    return this.#passed !== null && isSameText(header, this.#passed);
  }

  async isRight(header: string): Promise<boolean> {
    const { isPassword, isSameText } = await import("./password.ts");
    const given = readBasic(header);
    if (given === null) return false;
    const isRightPassword = await isPassword(given.password, this.#wanted.password);
    const isRight = isSameText(given.username, this.#wanted.username) && isRightPassword;
    if (isRight) this.#passed = header;
    return isRight;
  }
}
