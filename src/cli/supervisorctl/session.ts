// One run of supervisorctl: the server it talks to, what it prints, and the exit status its commands leave.
import type { XmlRpcValue } from "../../control/xmlrpc/value.ts";

/** supervisorctl's exit statuses, after the LSB. */
export const STATUS = {
  done: 0,
  generic: 1,
  invalidArgs: 2,
  noNamespace: 3,
  noPrivileges: 4,
  notInstalled: 5,
  notRunning: 7,
  /** Of `status`: some process is down. */
  someDown: 3,
  /** Of `status`: no such process, or nobody to ask. */
  unknown: 4,
} as const;

/** A server that speaks supervisord's XML-RPC. */
export interface RpcServer {
  /** As the user wrote it: it is in messages. */
  readonly url: string;
  /** Throws XmlRpcFault, NoConnection or HttpStatus. */
  call(method: string, ...params: readonly XmlRpcValue[]): Promise<XmlRpcValue>;
  /** Opens a log that is followed. Throws as `call` does. */
  follow(path: string): Promise<FollowedLog>;
}

/** Bytes as they come, until somebody ends it. */
export interface FollowedLog {
  readonly bytes: AsyncIterable<Uint8Array>;
  close(): void;
}

/** A way to read what is typed. */
export interface TypedLines extends Disposable {
  /** Shows the prompt and gives a line without its end; null: there is no more. */
  ask(prompt: string): Promise<string | null>;
  /** The same without an echo, where there is a terminal. */
  askSecret(prompt: string): Promise<string | null>;
}

export interface Session {
  server: RpcServer;
  /** The status to end with: the last word of a command that had something to say. */
  exitStatus: number;
  readonly isInteractive: boolean;
  readonly typed: TypedLines;
  /** Gives a server at another place, or with another password. */
  connect(place: { readonly url: string; readonly credentials?: Credentials }): RpcServer;
  print(line: string): void;
  /** Bytes as they are, to stdout; false: nobody reads any more. */
  write(bytes: Uint8Array): boolean;
  complain(line: string): void;
  /** Calls back on Ctrl-C until disposed. */
  onInterrupt(callback: () => void): Disposable;
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Nobody answers at the server's address. */
export class NoConnection extends Error {
  readonly kind: "refused" | "missing" | "other";

  constructor(kind: NoConnection["kind"], message: string, options: ErrorOptions) {
    super(message, options);
    this.name = "NoConnection";
    this.kind = kind;
  }
}

/** The server answered with another status than 200. */
export class HttpStatus extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the server answered with HTTP status ${status}`);
    this.name = "HttpStatus";
    this.status = status;
  }
}
