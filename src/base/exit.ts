// How a child ended.

/** The end of a child, as wait(2) tells it. */
export type Exit =
  | { readonly kind: "code"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: number; readonly coreDumped: boolean }
  /** Somebody else took the status. */
  | { readonly kind: "lost" };

/** The status a shell would show: the code, or 128 + the signal; 1 for a lost one. */
export function shellStatus(exit: Exit): number {
  switch (exit.kind) {
    case "code":
      return exit.code;
    case "signal":
      return 128 + exit.signal;
    case "lost":
      return 1;
  }
}
