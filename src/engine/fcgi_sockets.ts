// The listening sockets of FastCGI programs: opened for the first child, shared by all, closed after the last.
import { isEqual } from "../manifest/plan_diff.ts";
import type { FcgiPlan } from "../manifest/plan.ts";
import type { Children, ListenSocket, OpenSocket } from "../ports/host.ts";

interface Shared {
  plan: FcgiPlan;
  readonly socket: ListenSocket;
  users: number;
}

/** A socket as it is handed over to another program. */
export interface SharedSocketState {
  readonly plan: FcgiPlan;
  readonly open: OpenSocket;
}

/** A socket for one child, given back when the child has ended. */
export type FcgiLoan =
  | { readonly kind: "open"; readonly fd: number; readonly giveBack: () => void }
  | { readonly kind: "failed"; readonly reason: string };

/** Known by their addresses: two copies of a program share one, too. */
export class FcgiSockets {
  readonly #children: Pick<Children, "openSocket" | "adoptSocket">;
  readonly #shared = new Map<string, Shared>();

  constructor(children: Pick<Children, "openSocket" | "adoptSocket">) {
    this.#children = children;
  }

  /** All that are open, for the program that takes over. */
  handOver(): readonly SharedSocketState[] {
    return [...this.#shared.values()].map(({ plan, socket: { fd, identity } }) => ({
      plan,
      open: { fd, identity },
    }));
  }

  /** Goes on with those of another program; their children take them next, by `take`. */
  adopt(sockets: readonly SharedSocketState[]): void {
    for (const { plan, open } of sockets) {
      const socket = this.#children.adoptSocket(plan, open);
      this.#shared.set(plan.socket, { plan, socket, users: 0 });
    }
  }

  /** One more child has the socket with this address; gives what gives it back. */
  take(address: string): () => void {
    const shared = this.#shared.get(address);
    return shared === undefined ? () => {} : this.#lent(shared).giveBack;
  }

  /** The socket of a program, for one more child. */
  lend(plan: FcgiPlan): FcgiLoan {
    const known = this.#shared.get(plan.socket);
    if (known === undefined) return this.#open(plan);
    if (!isEqual(known.plan, plan)) {
      // While it is being replaced, old children still have it open.
      const fault = known.socket.adjust(plan);
      if (fault !== null) return { kind: "failed", reason: fault };
      known.plan = plan;
    }
    return this.#lent(known);
  }

  #open(plan: FcgiPlan): FcgiLoan {
    const opened = this.#children.openSocket(plan);
    if (opened.kind === "failed") return opened;
    const shared: Shared = { plan, socket: opened.socket, users: 0 };
    this.#shared.set(plan.socket, shared);
    return this.#lent(shared);
  }

  #lent(shared: Shared): Extract<FcgiLoan, { kind: "open" }> {
    shared.users += 1;
    let isBack = false;
    const giveBack = () => {
      if (isBack) return;
      isBack = true;
      shared.users -= 1;
      if (shared.users > 0) return;
      this.#shared.delete(shared.plan.socket);
      shared.socket.close();
    };
    return { kind: "open", fd: shared.socket.fd, giveBack };
  }
}
