// What a scenario is, and how a round of it goes through the peers.
import type { Peer } from "../peers/peer.ts";
import type { Figure, Results } from "../results.ts";
import type { Bench } from "../session.ts";

export interface Scenario {
  readonly name: string;
  readonly figures: readonly Figure[];
  /** Rounds at most, for what takes long and varies little. */
  readonly maxRounds?: number;
  /** Whether there is something to say of what the machine itself takes. */
  readonly hasLimit: boolean;
  readonly round: (bench: Bench, peers: readonly Peer[], results: Results) => Promise<void>;
}

/** Measures one peer after another; a peer that fails gets an excuse and the others go on. */
export async function oneByOne(
  scenario: { readonly figures: readonly Figure[] },
  peers: readonly Peer[],
  results: Results,
  measure: (peer: Peer) => Promise<void>,
): Promise<void> {
  for (const peer of peers) {
    try {
      await measure(peer);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      console.error(`  ${peer.name}: ${why}`);
      for (const figure of scenario.figures) results.excuse(figure, peer.name, "failed");
    }
  }
}
