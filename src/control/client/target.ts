// Where a runner listens, as people write it: a socket's path, or a URL.
import { EXIT, RunnerError } from "../../base/errors.ts";

/** A place to connect to. */
export type Target =
  | { readonly kind: "unix"; readonly path: string }
  | {
    readonly kind: "inet";
    readonly host: string;
    readonly port: number;
    /** Path in front of all paths, behind a reverse proxy; without a `/` at its end. */
    readonly base: string;
  };

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** A target with what its URL says of user and password. */
export interface Address {
  readonly target: Target;
  readonly credentials: Credentials | null;
}

const HTTP_PORT = 80;

/**
 * Reads `/run/x.sock`, `unix:///run/x.sock`, `http://user:pass@host:port/base`, `host:port` or `:port`. Throws
 * RunnerError (status 2) that never quotes a password.
 */
export function parseAddress(text: string): Address {
  const path = /^unix:(?:\/\/)?(?=.)/.exec(text);
  if (path !== null) return unixAddress(text.slice(path[0].length));
  if (/^https?:\/\//i.test(text)) return urlAddress(text);
  const [, host, port] = /^([\w.-]*|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(text) ?? [];
  if (port !== undefined) return urlAddress(`http://${host === "" ? "localhost" : host}:${port}`);
  if (text === "" || text.includes("://")) throw unreadable(text, "it is no path and no http URL");
  return unixAddress(text);
}

/** For people, without user and password. */
export function targetText(target: Target): string {
  if (target.kind === "unix") return target.path;
  const host = target.host.includes(":") ? `[${target.host}]` : target.host;
  return `http://${host}:${target.port}${target.base}`;
}

function unixAddress(path: string): Address {
  return { target: { kind: "unix", path }, credentials: null };
}

function urlAddress(text: string): Address {
  const url = URL.parse(text);
  if (url === null) throw unreadable(text, "it is no URL");
  if (url.protocol !== "http:") throw unreadable(text, "only http is spoken");
  // What a browser would not send would be left out silently.
  if (url.search !== "" || url.hash !== "") throw unreadable(text, "a query makes no sense here");
  const port = url.port === "" ? HTTP_PORT : Number(url.port);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const target: Target = { kind: "inet", host, port, base: url.pathname.replace(/\/+$/, "") };
  const credentials = url.username === "" && url.password === ""
    ? null
    : { user: decoded(url.username), password: decoded(url.password) };
  return { target, credentials };
}

/** A percent sign that begins no escape stays as it is: passwords are typed by hand. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch (error) {
      if (error instanceof URIError) return run;
      throw error;
    }
  });
}

function unreadable(text: string, why: string): RunnerError {
  const shown = text.replace(/\/\/[^/@]*@/, "//…@");
  return new RunnerError(`Cannot read "${shown}" as the address of a runner: ${why}`, {
    hint: "Use the path of a socket, or http://host:port",
    exitStatus: EXIT.usage,
  });
}
