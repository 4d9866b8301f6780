// What an answer must not bring into our log: servers like to repeat what they were asked, "Cannot POST /hook/TOKEN".

/** Shorter parts of a URL are words that stand in any answer. */
const SHORTEST_PART = 6;
const HIDDEN = "...";

/** All of a URL but its host, and the key that goes with it; the longest first. */
export function secretsOf(href: string, key: string | null): readonly string[] {
  const { href: whole, pathname, search, username, password, searchParams } = new URL(href);
  const parts = [...pathname.split("/"), username, password, ...searchParams.values()];
  const long = parts.flatMap((part) => [part, decoded(part)])
    .filter((part) => part.length >= SHORTEST_PART);
  const wholes = [href, whole, pathname + search, pathname, search, key ?? ""]
    .filter((part) => part.length > 1);
  return [...new Set([...wholes, ...long])].sort((one, other) => other.length - one.length);
}

/** A text in which none of them is left. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return part;
  }
}
