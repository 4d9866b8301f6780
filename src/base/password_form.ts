// The forms a password may have in a manifest: in clear, as SHA-1 as supervisord has it, or as a salted scrypt hash.

export type PasswordForm =
  | { readonly kind: "clear"; readonly text: string }
  /** Lower-case hex. */
  | { readonly kind: "sha1"; readonly hash: string }
  | {
    readonly kind: "scrypt";
    /** Its cost: N = 2^ln, r, p. */
    readonly cost: ScryptCost;
    /** Both base64url. */
    readonly salt: string;
    readonly hash: string;
  };

export interface ScryptCost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** Reads a password as a manifest has it; null: it begins as a hash but is none. */
export function readPassword(text: string): PasswordForm | null {
  if (text.startsWith("{SHA}")) {
    const hash = text.slice(5).toLowerCase();
    return /^[0-9a-f]{40}$/.test(hash) ? { kind: "sha1", hash } : null;
  }
  if (!text.startsWith("{SCRYPT}")) return { kind: "clear", text };
  const [, ln, r, p, salt = "", hash = ""] = SCRYPT.exec(text) ?? [];
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  if (hash === "" || !isBearable(cost)) return null;
  return { kind: "scrypt", cost, salt, hash };
}

const SCRYPT = /^\{SCRYPT\}ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w-]{11,86})\$([\w-]{22,86})$/;

/** Bytes of memory one check may take. */
const MEMORY_LIMIT = 128 << 20;

function isBearable({ ln, r, p }: ScryptCost): boolean {
  return ln >= 10 && ln <= 20 && r >= 1 && p >= 1 && p <= 16 &&
    scryptMemory({ ln, r, p }) <= MEMORY_LIMIT;
}

/** Bytes that scrypt works on. */
export function scryptMemory({ ln, r }: ScryptCost): number {
  return 128 * 2 ** ln * r;
}

/** Writes a scrypt hash as a manifest takes it. */
export function showScrypt({ ln, r, p }: ScryptCost, salt: string, hash: string): string {
  return `{SCRYPT}ln=${ln},r=${r},p=${p}$${salt}$${hash}`;
}
