// Writes docs/images/web.png: the page of a real runner with a small pool, after it has been watched for two minutes.
import { Chromium } from "../tests/support/chromium.ts";
import { Sandbox } from "../tests/support/runner_process.ts";
import { until } from "../tests/support/wait.ts";

const OUTPUT = "docs/images/web.png";
const PORT = 9917;
const FOLDER = "/srv/shop";
/** The curves of the table are two minutes wide. */
const WATCHED = 125_000;
/** Bytes; it is on the first page that anybody sees. */
const LARGEST = 200_000;

const PYTHON = `
import random, sys, time
kind, most = sys.argv[1], int(sys.argv[2])
held, number, load = [], 0, 0.2
while True:
    number += 1
    load = min(0.8, max(0.02, load + random.uniform(-0.1, 0.1)))
    end = time.monotonic() + 0.4 * load * most / 100
    while time.monotonic() < end: pass
    if kind == "import": held.append(b"x" * 400_000)
    elif random.random() < 0.5 and len(held) < most: held.append(b"x" * 300_000)
    elif held: held.pop()
    took = random.expovariate(1 / 40)
    code = random.choice([200, 200, 200, 200, 304, 404])
    colour = 32 if code == 200 else 36 if code == 304 else 33
    path = random.choice(["/", "/cart", "/search?q=lamp", "/product/4711", "/login"])
    print(f"\\033[2m{time.strftime('%H:%M:%S')}\\033[0m \\033[{colour}m{code}\\033[0m GET {path} \\033[1m{took:.0f} ms\\033[0m", flush=True)
    if took > 110: print(f"slow query: SELECT * FROM orders took {took:.0f} ms", file=sys.stderr, flush=True)
    time.sleep(0.4)
`;

if (import.meta.main) {
  await using box = new Sandbox();
  // The page shows the manifest's path: not that of a folder for a test. One that is there is somebody's: it fails.
  await Deno.mkdir(FOLDER);
  await Deno.writeTextFile(`${FOLDER}/shop.py`, PYTHON);
  await Deno.writeTextFile(`${FOLDER}/shop.toml`, manifest());
  const runner = box.run(["start", `${FOLDER}/shop.toml`]);
  await runner.said("web_2 entered RUNNING state");
  await using browser = await Chromium.start();
  const page = await browser.page();
  await page.size(1400, 680);
  await page.scheme("dark");
  await page.open(`http://127.0.0.1:${PORT}/#p=web%3Aweb_0&tab=log`);
  const end = performance.now() + WATCHED;
  await until("two minutes", () => performance.now() > end, WATCHED + 10_000);
  const image = await page.screenshot();
  if (image.length > LARGEST) throw new Error(`Cannot use an image of ${image.length} bytes`);
  await Deno.mkdir("docs/images", { recursive: true });
  await Deno.writeFile(OUTPUT, image);
  await Deno.remove(FOLDER, { recursive: true });
  console.error(`web screenshot: ${OUTPUT}, ${image.length} bytes`);
}

function manifest(): string {
  const program = (name: string, kind: string, more: string) =>
    `[program.${name}]\ncommand = ["python3", "${FOLDER}/shop.py", ${kind}]\nstartsecs = 1\n${more}\n`;
  return [
    "[runner]",
    'identifier = "shop"',
    `[http]\nport = "127.0.0.1:${PORT}"`,
    program(
      "web",
      '"web", "60"',
      'numprocs = 3\nspare = 1\nprocess_name = "%(program_name)s_%(process_num)d"\ndepends_on = "migrate"',
    ),
    program("import", '"import", "20"', 'max_memory = "60MB"'),
    program("mail", '"mail", "15"', ""),
    '[program.migrate]\ncommand = "true"\ntype = "oneshot"',
    '[program.reports]\ncommand = "sleep 4"\nschedule = "* * * * *"',
    '[program.suggest]\ncommand = "sleep 100000"\ndepends_on = "search"',
    '[program.search]\ncommand = ["sh", "-c", "sleep 1; exit 3"]\nstartsecs = 3\nstartretries = 100',
    '[program.legacy]\ncommand = "/opt/legacy/bin/worker"\nstartretries = 1',
  ].join("\n");
}
