// The whole pool in one pod: the runner is PID 1, and the pod is as locked up as it can be.
import { isLoopback, splitHostPort } from "../base/ip_address.ts";
import {
  type KubernetesObject,
  type KubernetesRequest,
  objectLabels,
  objectMeta,
} from "./export_kubernetes_parts.ts";
import { stopTime } from "./export_parts.ts";
import type { Millis, Plan, ProcessPlan, ServerPlan } from "./plan.ts";
import type { JsonTable } from "./value_type.ts";

/** What a runner that is PID 1 takes for stopping everything, unless the manifest says otherwise. */
const USUAL_DEADLINE: Millis = 8000;
/** For the runner itself to end, before the pod is killed. */
const MARGIN_SECONDS = 2;
/** The user of our own image: a number, so that no line in /etc/passwd is needed. */
const ACCOUNT = 65532;

export function onePod(
  plan: Plan,
  request: KubernetesRequest,
  isSecret: boolean,
): readonly KubernetesObject[] {
  const { pool, options } = request;
  tellDifferences(plan, request);
  const metadata = objectMeta(pool, { pool, component: pool, options });
  return [{
    ...{ apiVersion: "apps/v1", kind: "Deployment", metadata },
    spec: {
      replicas: 1,
      // Two pools side by side would do all work twice.
      strategy: { type: "Recreate" },
      selector: { matchLabels: objectLabels(pool, pool) },
      template: {
        metadata: { labels: objectLabels(pool, pool) },
        spec: podSpec(plan, request, isSecret),
      },
    },
  }];
}

function podSpec(plan: Plan, { pool, image }: KubernetesRequest, isSecret: boolean): JsonTable {
  const deadline = plan.runner.shutdownTimeout ?? USUAL_DEADLINE;
  const manifest = isSecret
    ? { secret: { secretName: `${pool}-manifest` } }
    : { configMap: { name: `${pool}-manifest` } };
  return {
    terminationGracePeriodSeconds: Math.ceil(deadline / 1000) + MARGIN_SECONDS,
    ...(needsRoot(plan) ? {} : podSecurity()),
    containers: [{
      name: "runner",
      image,
      command: ["runner", "start", "/etc/runner/runner.toml"],
      ...probes(plan.servers),
      ...(needsRoot(plan) ? {} : containerSecurity()),
      volumeMounts: [
        { name: "manifest", mountPath: "/etc/runner", readOnly: true },
        ...WRITABLE.map(({ name, mountPath }) => ({ name, mountPath })),
      ],
    }],
    volumes: [
      { name: "manifest", ...manifest },
      ...WRITABLE.map(({ name }) => ({ name, emptyDir: {} })),
    ],
  };
}

/** What a manifest may write to while the root file system is read-only. */
const WRITABLE = [
  { name: "run", mountPath: "/run/runner" },
  { name: "log", mountPath: "/var/log/runner" },
  { name: "tmp", mountPath: "/tmp" },
];

/** Accounts of programs can be taken on by root alone. */
function needsRoot(plan: Plan): boolean {
  return plan.groups.some(({ processes }) => processes.some(({ user }) => user !== null));
}

function podSecurity(): JsonTable {
  return {
    securityContext: {
      runAsNonRoot: true,
      runAsUser: ACCOUNT,
      runAsGroup: ACCOUNT,
      fsGroup: ACCOUNT,
      seccompProfile: { type: "RuntimeDefault" },
    },
  };
}

function containerSecurity(): JsonTable {
  return {
    securityContext: {
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    },
  };
}

function probes(servers: readonly ServerPlan[]): JsonTable {
  const port = probePort(servers);
  if (port === null) return {};
  const get = (path: string): JsonTable => ({ httpGet: { path, port: "http" } });
  return {
    ports: [{ name: "http", containerPort: port }],
    livenessProbe: { ...get("/healthz"), periodSeconds: 10, failureThreshold: 3 },
    readinessProbe: { ...get("/readyz"), periodSeconds: 5 },
  };
}

/** The port that a kubelet can reach; null when there is none. */
function probePort(servers: readonly ServerPlan[]): number | null {
  const server = servers.find(({ kind, address }) =>
    kind === "inet" && !isLoopback(splitHostPort(address).host)
  );
  return server === undefined ? null : Number(splitHostPort(server.address).port);
}

function tellDifferences(plan: Plan, { notices }: KubernetesRequest): void {
  if (probePort(plan.servers) === null) {
    notices.push(
      'No probes: the runner listens on no port of the pod; set [http] port = "*:9001" for them',
    );
  }
  const longest = Math.max(
    0,
    ...plan.groups.flatMap(({ processes }) => processes.map(wholeStop)),
  );
  if (plan.runner.shutdownTimeout === null && longest > USUAL_DEADLINE) {
    const seconds = Math.ceil(longest / 1000);
    notices.push(
      `As PID 1 everything is stopped within 8s, and a program may want ${seconds}s: ` +
        `set shutdown_timeout = "${seconds}s"`,
    );
  }
  if (needsRoot(plan)) notices.push("The pod runs as root: its programs name users of their own");
}

/** The hook before the signals included. */
function wholeStop(process: ProcessPlan): Millis {
  return stopTime(process) + (process.hooks.preStop?.timeout ?? 0);
}
