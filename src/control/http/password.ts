// Checks passwords and makes hashes of them. Loaded when the first password comes.
import { Buffer } from "node:buffer";
import { createHash, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import {
  type PasswordForm,
  readPassword,
  type ScryptCost,
  scryptMemory,
  showScrypt,
} from "../../base/password_form.ts";

/** 32 MiB and a tenth of a second or two: much for those who guess, nothing for those who know. */
const COST: ScryptCost = { ln: 15, r: 8, p: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** A new salted hash of a password, as a manifest takes it. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, { cost: COST, salt, length: HASH_BYTES });
  return showScrypt(COST, salt.toString("base64url"), hash.toString("base64url"));
}

/** Whether a password is the one of a manifest; it takes as long for a wrong one. */
export async function isPassword(given: string, wanted: string): Promise<boolean> {
  const form = readPassword(wanted);
  return form !== null && await matches(given, form);
}

async function matches(given: string, form: PasswordForm): Promise<boolean> {
  switch (form.kind) {
    case "clear":
      return isSameText(given, form.text);
    case "sha1":
      return isSameText(createHash("sha1").update(given).digest("hex"), form.hash);
    case "scrypt": {
      const hash = Buffer.from(form.hash, "base64url");
      const salt = Buffer.from(form.salt, "base64url");
      const found = await derive(given, { cost: form.cost, salt, length: hash.length });
      return timingSafeEqual(found, hash);
    }
  }
}

/** Compares without telling by its time how much was right. */
export function isSameText(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

interface Derivation {
  readonly cost: ScryptCost;
  readonly salt: Uint8Array;
  readonly length: number;
}

function derive(password: string, { cost, salt, length }: Derivation): Promise<Buffer> {
  // A little more than it needs: node counts its own, too.
  const maxmem = scryptMemory(cost) + (4 << 20);
  const options = { N: 2 ** cost.ln, r: cost.r, p: cost.p, maxmem };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
