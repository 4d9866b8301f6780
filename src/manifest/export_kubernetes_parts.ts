// What the objects of Kubernetes have in common: names, labels, quantities, accounts.
import type { ExportOptions } from "./export_parts.ts";
import type { Bytes, UserPlan } from "./plan.ts";
import type { JsonTable } from "./value_type.ts";

export interface KubernetesObject extends JsonTable {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: JsonTable;
}

export interface KubernetesRequest {
  readonly pool: string;
  readonly image: string;
  readonly options: ExportOptions;
  /** Names that Kubernetes takes, by our own. */
  readonly labels: ReadonlyMap<string, string>;
  /** Collects what is to be told. */
  readonly notices: string[];
}

interface MetaRequest {
  readonly pool: string;
  readonly component: string;
  readonly options: Pick<ExportOptions, "namespace">;
  readonly annotations?: JsonTable;
}

export function objectMeta(name: string, request: MetaRequest): JsonTable {
  const { pool, component, options, annotations } = request;
  return {
    name,
    ...(options.namespace === null ? {} : { namespace: options.namespace }),
    labels: objectLabels(pool, component),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** The labels that Kubernetes recommends. */
export function objectLabels(pool: string, component: string): JsonTable {
  return { "app.kubernetes.io/name": component, "app.kubernetes.io/part-of": pool };
}

/** `256Mi` where it is whole, else bytes. */
export function quantity(bytes: Bytes): string {
  for (const [unit, size] of [["Gi", 1024 ** 3], ["Mi", 1024 ** 2], ["Ki", 1024]] as const) {
    if (bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}`;
}

/** `$(X)` is replaced in commands and values; two dollar signs are one. */
export function keepDollars(text: string): string {
  return /\$[$(]/.test(text) ? text.replaceAll("$", "$$$$") : text;
}

/** Numbers, because the image need not know the names. */
export function accountContext(user: UserPlan | null): JsonTable {
  if (user === null) return {};
  const others = user.groups.filter((group) => group !== user.gid);
  return {
    securityContext: {
      runAsUser: user.uid,
      runAsGroup: user.gid,
      ...(others.length === 0 ? {} : { supplementalGroups: others }),
      ...(user.uid === 0 ? {} : { runAsNonRoot: true }),
    },
  };
}
