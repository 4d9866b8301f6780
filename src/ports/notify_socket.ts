// Where a program says how it is: a socket of its own for each run, as systemd has one.
import type { UserPlan } from "../manifest/plan.ts";

/** An open socket as it is handed over to another program. */
export interface OpenNotifySocket {
  readonly fd: number;
  readonly address: string;
  /** Null: its name is abstract. */
  readonly path: string | null;
  /** Who may speak here. */
  readonly uids: readonly number[];
}

export interface NotifySocket extends Disposable {
  /** For the program that takes over. */
  readonly open: OpenNotifySocket;
  /** Value of NOTIFY_SOCKET. */
  readonly address: string;
  /** Hears out what has been said by now: its program has ended. */
  drain(): void;
}

export interface NotifySockets extends Disposable {
  /** Hears on a socket that the program before us has opened. */
  adopt(open: OpenNotifySocket, heard: (text: string) => void): NotifySocket;
  /** A socket for one run of a program of this user (null: ours); the reason when there can be none. */
  open(user: UserPlan | null, heard: (text: string) => void): NotifySocket | string;
}
