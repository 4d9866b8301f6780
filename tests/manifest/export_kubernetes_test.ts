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
  const work = objects.find(({ kind }) => /^(Deployment|Job|CronJob)$/.test(kind));
  return {
    objects,
    notices,
    work,
    pod: (work?.spec.jobTemplate?.spec ?? work?.spec)?.template.spec,
    files: out,
  };
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
    "what makes it ready is looked at by Kubernetes",
    'ready = "tcp:6379"\nready_timeout = "20s"\nready_interval = "2s"\n',
    ({ pod }) => [pod.containers[0].startupProbe, pod.containers[0].readinessProbe],
    [
      { tcpSocket: { port: 6379 }, periodSeconds: 2, failureThreshold: 10 },
      { tcpSocket: { port: 6379 }, periodSeconds: 5 },
    ],
  ],
  [
    "a sick one is killed",
    'health = "https://shop.example:8443/a?b=c"\nhealth_interval = "1500ms"\nhealth_grace = "4s"\n',
    ({ pod }) => pod.containers[0].livenessProbe,
    {
      httpGet: { host: "shop.example", path: "/a?b=c", port: 8443, scheme: "HTTPS" },
      initialDelaySeconds: 4,
      periodSeconds: 2,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
  ],
  [
    "a command is looked at in the pod",
    `health = "exec:check 'a b' $(X)"\nready = "unix:/run/a.sock"\n`,
    ({ pod }) => [
      pod.containers[0].livenessProbe.exec,
      pod.containers[0].readinessProbe.exec,
    ],
    [{ command: ["check", "a b", "$$(X)"] }, { command: ["test", "-S", "/run/a.sock"] }],
  ],
  [
    "a delay is how long it must be up",
    'ready = "delay:2500ms"\n',
    ({ work }) => work.spec.minReadySeconds,
    3,
  ],
  [
    "what is expected to end is a Job",
    'type = "oneshot"\nautorestart = "unexpected"\nstartretries = 4\n',
    ({ work, pod }) => [work.kind, work.spec.backoffLimit, pod.restartPolicy],
    ["Job", 4, "OnFailure"],
  ],
  [
    "what is due is a CronJob",
    'schedule = "@daily"\ntime_zone = "UTC"\ntimeout = "90s"\nretries = 2\nhistory = 5\n',
    ({ work: { kind, spec: { jobTemplate, ...spec } }, pod }) => [
      { kind, ...spec },
      [jobTemplate.spec.backoffLimit, pod.activeDeadlineSeconds, pod.restartPolicy],
    ],
    [
      {
        kind: "CronJob",
        schedule: "0 0 * * *",
        timeZone: "UTC",
        concurrencyPolicy: "Forbid",
        startingDeadlineSeconds: 60,
        successfulJobsHistoryLimit: 5,
        failedJobsHistoryLimit: 5,
      },
      [2, 90, "Never"],
    ],
  ],
  [
    "the one before is replaced, and missed runs are made up for",
    'schedule = "0 8 * * MON-FRI"\noverlap = "kill"\ncatch_up = "once"\n',
    ({ work: { spec } }) => [spec.schedule, spec.concurrencyPolicy, spec.startingDeadlineSeconds],
    ["0 8 * * MON-FRI", "Replace", undefined],
  ],
  [
    "seconds are more than a CronJob can say",
    'schedule = "*/10 * * * * *"\n',
    ({ work: { spec }, notices }) => [spec.suspend, notices],
    [true, ['web: a CronJob cannot say "*/10 * * * * *": it is suspended']],
  ],
  [
    "hooks run beside the container, and before it",
    'pre_start = ["/bin/a", "$(X)"]\npost_start = ["/bin/b"]\npre_stop = ["/bin/c"]\n' +
    'hook_timeout = "7s"\nenvironment = { A = "b" }\ndirectory = "/srv"\n',
    (
      { pod },
    ) => [pod.initContainers, pod.containers[0].lifecycle, pod.terminationGracePeriodSeconds],
    [
      [{
        name: "pre-start",
        image: "shop:1",
        workingDir: "/srv",
        env: [{ name: "A", value: "b" }],
        command: ["/bin/a", "$$(X)"],
      }],
      { postStart: { exec: { command: ["/bin/b"] } }, preStop: { exec: { command: ["/bin/c"] } } },
      17,
    ],
  ],
  [
    "a spare is one pod more while they are replaced",
    "spare = 1\n",
    ({ work: { spec } }) => [spec.replicas, spec.strategy.rollingUpdate],
    [1, { maxSurge: 1, maxUnavailable: 0 }],
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

Deno.test("exportKubernetes() tells what is otherwise with the work of programs", async () => {
  const keys =
    'ready = "log:up"\nhealth = "tcp:80"\nwatchdog = "5s"\ndepends_on = ["db:started"]\n' +
    'pre_start = ["/bin/cat"]\nhook_failure = "warn"\npost_start = ["/bin/cat"]\n' +
    'max_silence = "1m"\nautorestart = true\n';
  const { notices, objects } = await exported(
    `${HEAD}${keys}[program.db]\ncommand = ["/bin/cat"]\n`,
  );
  assertEquals(notices.filter((one) => one.startsWith("web")), [
    "web: Kubernetes has no word for ready, watchdog, max_silence: kept in shop-manifest only",
    "web: Kubernetes starts all at once: it must bear that db may come later",
    "web: Kubernetes looks at the address of the pod: it must listen on more than localhost",
    "web: it is not started there when pre_start fails",
    "web: it is killed there when post_start fails",
  ]);
  const work = objects.find(({ metadata }) => metadata.name === "web");
  assertEquals(work.metadata.annotations["runner/depends-on"], "db:started");
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
