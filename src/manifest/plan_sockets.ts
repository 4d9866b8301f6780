// The parts of a plan that not every process has: sockets of programs, listeners of events, control servers.

/** Set by fcgi-program only. */
export interface FcgiPlan {
  readonly socket: string;
  readonly backlog: number | null;
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  readonly mode: number | null;
}

/** Set by eventlistener only. */
export interface ListenerPlan {
  readonly events: readonly string[];
  readonly bufferSize: number;
  /** What `len` in the header of an event counts. */
  readonly lengthUnit: "bytes" | "characters";
}

/** A server section: where the control server listens. Passwords never leave this object. */
export interface ServerPlan {
  readonly kind: "unix" | "inet";
  readonly section: string;
  /** Path, or `host:port`. */
  readonly address: string;
  readonly mode: number | null;
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  readonly username: string | null;
  readonly password: string | null;
  /** Names, beside its own, by which it may be called: those of a reverse proxy. */
  readonly allowedHosts?: readonly string[];
}
