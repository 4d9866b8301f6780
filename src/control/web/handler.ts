// Serves the page: a table of paths, all from memory. The page itself asks the JSON API for everything else.
import { type HttpHandler, type HttpReply, type HttpRequest, textReply } from "../http/message.ts";
import type { RunnerFace } from "../runner_face.ts";

/**
 * Only what is ours: nothing from elsewhere, no script or style within the page, no frame around it. A name
 * or a log line that was taken for HTML by mistake could still do nothing.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const SAFETY = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};

interface Asset {
  /** Changes with the text. */
  readonly tag: string;
  readonly text: string;
}

interface File {
  readonly type: string;
  readonly load: () => Promise<Asset>;
}

const PAGE: File = {
  type: "text/html; charset=utf-8",
  load: async () => (await import("./assets.ts")).PAGE_HTML,
};

const FILES: ReadonlyMap<string, File> = new Map([
  ["/", PAGE],
  // supervisord's page has this address, too.
  ["/index.html", PAGE],
  ["/web/page.css", {
    type: "text/css; charset=utf-8",
    load: async () => (await import("./assets.ts")).PAGE_CSS,
  }],
  ["/web/page.js", {
    type: "text/javascript; charset=utf-8",
    load: async () => (await import("./assets.ts")).PAGE_JS,
  }],
  ["/web/views.js", {
    type: "text/javascript; charset=utf-8",
    load: async () => (await import("./assets.ts")).VIEWS_JS,
  }],
]);

/** Answers `/`, its files, and supervisord's `/tail.html`. It is the same page whatever the runner does. */
export function webHandler(_runner: RunnerFace): HttpHandler {
  return (request) => {
    const isTail = request.path === "/tail.html";
    const file = FILES.get(request.path);
    if (file === undefined && !isTail) return textReply("Not found\n", 404);
    if (request.method !== "GET" && request.method !== "HEAD") return refused();
    if (file === undefined) return tailReply(request);
    return fileReply(request, file);
  };
}

async function fileReply(request: HttpRequest, { type, load }: File): Promise<HttpReply> {
  const { tag, text } = await load();
  const etag = `"${tag}"`;
  const isNamed = request.query.get("v") === tag;
  const headers = {
    ...SAFETY,
    "content-type": type,
    etag,
    // The page names its files by their content, so those never change; the page itself is asked for each time.
    "cache-control": isNamed ? "private, max-age=31536000, immutable" : "no-cache",
  };
  if (isKnown(request.header("if-none-match"), etag)) return { status: 304, headers };
  return { status: 200, headers, body: text };
}

/** Does the browser have it already? A proxy that compresses makes the tag a weak one. */
function isKnown(header: string | null, etag: string): boolean {
  if (header === null) return false;
  return header.split(",").some((part) => {
    const word = part.trim().replace(/^W\//, "");
    return word === etag || word === "*";
  });
}

/** The log of a process, as supervisord's page links to it. Relative: a proxy may have put us below any path. */
function tailReply(request: HttpRequest): HttpReply {
  const name = request.query.get("processname") ?? "";
  const hash = name === "" ? "" : `#${new URLSearchParams({ p: name, tab: "log" })}`;
  return {
    status: 302,
    headers: { ...SAFETY, location: `./${hash}`, "cache-control": "no-cache" },
  };
}

function refused(): HttpReply {
  return {
    status: 405,
    headers: { "content-type": "text/plain; charset=utf-8", allow: "GET, HEAD" },
    body: "Cannot change the page: use GET\n",
  };
}
