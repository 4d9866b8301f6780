// What the page takes from the browser besides its elements: time, timers, memory over visits.
/// <reference lib="dom" />
// deno-lint-ignore-file runner/no-ambient -- this is the page's own edge to the machine

/** Monotonic milliseconds. */
export function now(): number {
  return performance.now();
}

/** Calls later, unless what it gives is called before. */
export function later(millis: number, deed: () => void): () => void {
  const timer = setTimeout(deed, millis);
  return () => clearTimeout(timer);
}

/** Calls every so often as long as the page lives. */
export function every(millis: number, deed: () => void): void {
  setInterval(deed, millis);
}

/** A choice of an earlier visit; null: none, or the browser keeps none. */
export function recalled(key: string): string | null {
  try {
    return localStorage.getItem(`runner.${key}`);
  } catch (error) {
    // Storage is switched off.
    if (error instanceof DOMException) return null;
    throw error;
  }
}

/** Remembers a choice where the browser lets us. */
export function keep(key: string, value: string): void {
  try {
    localStorage.setItem(`runner.${key}`, value);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

/**
 * The address of something beside the page. Not the bare relative one: a page opened as `http://user:password@host/`
 * may not fetch addresses that inherit the password.
 */
export function beside(path: string): string {
  const address = new URL(path, location.href);
  address.username = "";
  address.password = "";
  address.hash = "";
  return address.href;
}
