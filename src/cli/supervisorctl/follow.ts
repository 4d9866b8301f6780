// Shows a log as it grows, until it ends or is left.
import { HttpStatus, NoConnection, type Session } from "./session.ts";

export interface Following {
  /** `closed`: by us. */
  readonly ended: Promise<"ended" | "closed">;
  close(): void;
}

/** Begins to follow. What cannot be followed is said on stderr, as supervisorctl does. */
export function followLog(session: Session, path: string): Following {
  let close: (() => void) | null = null;
  let isClosed = false;
  const run = async (): Promise<"ended" | "closed"> => {
    try {
      const log = await session.server.follow(path);
      close = log.close;
      if (isClosed) log.close();
      for await (const bytes of log.bytes) if (!session.write(bytes)) log.close();
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === null) throw error;
      if (!isClosed) session.complain(`${session.server.url}${path} ${reason}`);
    }
    return isClosed ? "closed" : "ended";
  };
  return {
    ended: run(),
    close: () => {
      isClosed = true;
      close?.();
    },
  };
}

function reasonOf(error: unknown): string | null {
  if (error instanceof HttpStatus) return `Cannot read, status code ${error.status}`;
  if (error instanceof NoConnection) return `Cannot connect, error: ${error.message}`;
  return null;
}
