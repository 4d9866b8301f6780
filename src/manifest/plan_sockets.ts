// The parts of a plan that act in a later version: sockets of programs, listeners of events, control servers.

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
}

/** A server section, kept for the control socket. Passwords never leave this object. */
export interface ServerPlan {
  readonly kind: "unix" | "inet";
  readonly section: string;
  /** Path, or `host:port`. */
  readonly address: string;
  readonly mode: number | null;
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  readonly username: string | null;
  readonly password: string | null;
}
