// Counts wrong passwords by where they come from, and makes those who go on wait longer and longer. Pure but for its table.
import type { Millis } from "../../manifest/plan.ts";

/** Free tries: a person mistypes, a script with an old password is found in its log. */
const FREE = 5;
const FIRST_WAIT: Millis = 1_000;
const LONGEST_WAIT: Millis = 60_000;
/** After this long without a try a peer is forgotten. */
const MEMORY: Millis = 600_000;
/** Peers that are remembered; the one that was quiet longest makes room. */
const PEERS = 1_000;

interface Failure {
  readonly count: number;
  readonly at: Millis;
  readonly until: Millis;
}

export class Failures {
  readonly #peers = new Map<string, Failure>();

  /** Milliseconds a peer has to wait before its next password is looked at. */
  waitOf(peer: string, now: Millis): Millis {
    return Math.max(0, (this.#peers.get(peer)?.until ?? 0) - now);
  }

  /** A wrong password; true when the peer has to wait from now on for the first time. */
  failed(peer: string, now: Millis): boolean {
    const earlier = this.#peers.get(peer);
    const isRecent = earlier !== undefined && now - earlier.at < MEMORY;
    const count = (isRecent ? earlier.count : 0) + 1;
    // Deleted first: the order of a map is that of insertion.
    this.#peers.delete(peer);
    this.#peers.set(peer, { count, at: now, until: now + waitAfter(count) });
    if (this.#peers.size > PEERS) this.#forgetOldest();
    return count === FREE;
  }

  succeeded(peer: string): void {
    this.#peers.delete(peer);
  }

  #forgetOldest(): void {
    const [oldest] = this.#peers.keys();
    if (oldest !== undefined) this.#peers.delete(oldest);
  }
}

function waitAfter(count: number): Millis {
  return count < FREE ? 0 : Math.min(FIRST_WAIT * 2 ** (count - FREE), LONGEST_WAIT);
}
