// Says of the text of a module whether it makes web workers, and of which files.

/** How a text names the file: `new URL("./part.ts", import.meta.url)`, or by `import.meta.resolve`. */
const NAMED = /(?:\bURL|\bmeta\s*\.\s*resolve)\s*\(\s*["'`](\.{1,2}\/[^"'`$]+\.[cm]?[jt]s)["'`]/g;

/** Whether it may make any. */
export function makesWorkers(text: string): boolean {
  return /\bWorker\b/.test(text);
}

/** The URLs of the files that a module names. */
export function workerFiles(text: string, url: string): readonly string[] {
  return [...text.matchAll(NAMED)].map(([, name = ""]) => new URL(name, url).href);
}
