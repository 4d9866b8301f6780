// What the objects of Kubernetes say of a program, key by key.
import { parseAllDocuments } from "yaml";
import { assertEquals } from "../support/assert.ts";
import { exportKubernetes } from "../../src/manifest/export_kubernetes.ts";
import { exportManifest } from "../../src/manifest/export_manifest.ts";
import { quietly } from "../../src/manifest/yaml_quietly.ts";
import { fakeMachine, loadText } from "./fake_machine.ts";

const HEAD = '[program.web]\ncommand = ["/bin/cat", "a $(B)"]\n';

interface Options {
  readonly onePod?: boolean;
  readonly image?: string | null;
}

async function exported(text: string, { onePod = false, image = "shop:1" }: Options = {}) {
  const files = { "/srv/web.env": "DB_PASSWORD=geheim\nREGION=eu\n" };
  const { plan, problems, envFiles } = await loadText(text, { name: "shop.toml", files });
  if (plan === null) throw new Error(JSON.stringify(problems));
  const machine = fakeMachine({ files });
  const manifest = exportManifest(plan, { machine, envFiles, shares: new Map() });
  const isSecret = (name: string): boolean => /PASSWORD|TOKEN/.test(name);
  const options = { image, namespace: null, onePod, envFiles, isSecret };
  const { files: out, notices } = exportKubernetes(plan, manifest, options);
  const objects = out.flatMap(({ text: yaml }) =>
    quietly(() => parseAllDocuments(yaml)).map((one) => Object("toJS" in one ? one.toJS() : null))
  );
  const work = objects.find(({ kind }) => kind === "Deployment" || kind === "Job");
  return { objects, notices, work, pod: work?.spec.template.spec, files: out };
}

/** The keys of a program, then what must be found. */
const CASES: readonly (readonly [
  string,
  string,
  (found: Awaited<ReturnType<typeof exported>>) => unknown,
  unknown,
])[] = [
  ["a program is a Deployment", "", ({ work }) => [work.kind, work.spec.replicas], [
    "Deployment",
    1,
  ]],
  ["a dollar sign stays one", "", ({ pod }) => pod.containers[0].command, ["/bin/cat", "a $$(B)"]],
  [
    "processes are replicas",
    'numprocs = 3\nprocess_name = "w%(process_num)d"\n',
    ({ work }) => work.spec.replicas,
    3,
  ],
  ["started by hand is no replica", "autostart = false\n", ({ work }) => work.spec.replicas, 0],
  [
    "never again is a Job",
    'autorestart = false\nautostart = false\nnumprocs = 2\nprocess_name = "w%(process_num)d"\n',
    ({ work }) => [work.kind, work.spec.completions, work.spec.backoffLimit, work.spec.suspend],
    ["Job", 2, 0, true],
  ],
  [
    "the hard limit is the limit",
    'memory_hard_limit = "256MB"\n',
    ({ pod }) => pod.containers[0].resources,
    { limits: { memory: "256Mi" } },
  ],
  [
    "all stop signals count for the grace period",
    'stop_signals = "TERM 5s, INT 1500ms"\n',
    ({ pod }) => pod.terminationGracePeriodSeconds,
    7,
  ],
  [
    "another stop signal is made of TERM",
    'stopsignal = "QUIT"\n',
    ({ pod }) => pod.containers[0].command.slice(0, 5),
    ["runner", "exec", "--rewrite", "TERM:QUIT", "--"],
  ],
  [
    "users are numbers",
    'user = "www"\n',
    ({ pod }) => pod.securityContext,
    { runAsUser: 33, runAsGroup: 33, supplementalGroups: [44], runAsNonRoot: true },
  ],
  [
    "variables of files come from a ConfigMap and a Secret",
    'env_file = ["web.env"]\nenvironment = { A = "b" }\n',
    ({ pod, objects }) => [
      pod.containers[0].envFrom,
      pod.containers[0].env,
      objects.flatMap(({ data, stringData }) => data?.REGION ?? stringData?.DB_PASSWORD ?? []),
    ],
    [
      [{ configMapRef: { name: "web-env" } }, { secretRef: { name: "web-secret" } }],
      [{ name: "A", value: "b" }],
      ["geheim", "eu"],
    ],
  ],
  [
    "the priority is an annotation",
    "priority = 7\n",
    ({ work }) => work.metadata.annotations["runner/priority"],
    "7",
  ],
];

for (const [what, keys, look, expected] of CASES) {
  Deno.test(`exportKubernetes(): ${what}`, async () => {
    assertEquals(look(await exported(HEAD + keys)), expected);
  });
}

Deno.test("exportKubernetes() tells what Kubernetes does otherwise", async () => {
  const keys = 'nice = 5\nmax_memory = "10MB"\nstop_signals = "QUIT 5s, INT 5s"\n';
  const { notices } = await exported(HEAD + keys, { image: null });
  assertEquals(notices, [
    'The image "shop:latest" is a guess: name yours by --image',
    "web: Kubernetes has no word for nice, max_memory: kept in shop-manifest only",
    "web: it is started again after exit status 0, too",
    "web: only its first stop signal is sent before SIGKILL",
    "web: runner must be in the image: it turns TERM into QUIT",
    "web: without memory_hard_limit its memory has no limit there",
  ]);
});

Deno.test("exportKubernetes() gives one pod probes, a deadline and no rights", async () => {
  const text =
    `[runner]\nshutdown_timeout = "20s"\n[http]\nport = "*:9001"\nallow_insecure = true\n`;
  const { pod, notices, objects } = await exported(text + HEAD, { onePod: true });
  const [container] = pod.containers;
  assertEquals(notices, []);
  assertEquals(pod.terminationGracePeriodSeconds, 22);
  assertEquals(container.ports, [{ name: "http", containerPort: 9001 }]);
  assertEquals(container.livenessProbe.httpGet, { path: "/healthz", port: "http" });
  assertEquals(container.readinessProbe.httpGet, { path: "/readyz", port: "http" });
  assertEquals(container.securityContext.readOnlyRootFilesystem, true);
  assertEquals(pod.securityContext.runAsNonRoot, true);
  assertEquals(pod.volumes[0], { name: "manifest", configMap: { name: "shop-manifest" } });
  assertEquals(objects.map(({ kind }) => kind), ["ConfigMap", "Deployment"]);
});

Deno.test("exportKubernetes() says why one pod has no probes, runs as root, or is killed too early", async () => {
  const keys = 'user = "www"\nstopwaitsecs = 60\nenvironment = { API_TOKEN = "x" }\n';
  const { notices, pod, files } = await exported(HEAD + keys, { onePod: true });
  assertEquals(notices, [
    'No probes: the runner listens on no port of the pod; set [http] port = "*:9001" for them',
    "As PID 1 everything is stopped within 8s, and a program may want 60s: " +
    'set shutdown_timeout = "60s"',
    "The pod runs as root: its programs name users of their own",
  ]);
  assertEquals(pod.securityContext, undefined);
  assertEquals(files.map(({ path, isSecret }) => [path, isSecret]), [
    ["shop-manifest-secret.yaml", true],
    ["shop.yaml", false],
  ]);
});

Deno.test("exportKubernetes() leaves out what needs a runner beside it", async () => {
  const text = `[eventlistener.ear]\ncommand = ["/bin/cat"]\nevents = ["TICK_5"]\n`;
  const { objects, notices } = await exported(text);
  assertEquals(objects.map(({ kind }) => kind), ["ConfigMap"]);
  assertEquals(notices, ["ear: left out: it needs events of a runner (see --one-pod)"]);
});
