// What `runner check` shows of a plan.
import { planAsJson, planAsText } from "../../src/manifest/plan_view.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { planOfText } from "./fake_machine.ts";

const RICH = `[supervisord]
environment=SECRET="hush"
[unix_http_server]
file=/tmp/s.sock
username=admin
password=hush
[program:plain]
command=/bin/cat
[program:web]
command=/bin/sh -c "echo a b"
process_name=%(program_name)s_%(process_num)02d
numprocs=3
priority=10
user=www
directory=/app
on_exit=12=restart, 1-9=restart after 30s, SIGKILL=shutdown 3, *=stop
max_memory=200MB
max_age=1h +- 10m
start_limit=5 in 1m
stop_signals=TERM 10s, QUIT 5s
redirect_stderr=true
stdout_logfile=/var/log/web.log
autostart=false
critical=true
`;

Deno.test("planAsText() shows the essentials and what is not as usual", async () => {
  assertEquals(
    planAsText(await planOfText(RICH)),
    `/srv/test.ini: 4 processes in 2 groups, in start order
  log            /srv/supervisord.log
  rotated        at 50MB, 10 kept
  pid file       /srv/supervisord.pid
  socket         /tmp/s.sock, user admin

web  priority 10
  web:web_00 to web_02  3 processes  priority 10  started by hand  critical
    command      /bin/sh -c 'echo a b'
    directory    /app
    user         www (33:33)
    variables    SECRET
    restart      unless exit code 0
    on exit      12: restart, SIGKILL: shutdown 3, 1-9: restart after 30s, the rest: stop
    start        up after 1s, 3 retries
    start limit  5 in 1m
    max age      1h +- 10m
    max memory   200MB, then restart
    stop         TERM 10s, QUIT 5s, then KILL
    output       /var/log/web.log, rotated at 50MB, 10 kept

plain
  command        /bin/cat
  variables      SECRET
  restart        unless exit code 0
  start          up after 1s, 3 retries
  stop           TERM 10s, then KILL
  stdout         AUTO, rotated at 50MB, 10 kept
  stderr         AUTO, rotated at 50MB, 10 kept`,
  );
});

Deno.test("planAsJson() holds the whole plan and no secret", async () => {
  const json = planAsJson(await planOfText(RICH));
  const text = JSON.stringify(json);
  assertTrue(!text.includes("hush"), text);
  assertEquals(json.groups[0]?.processes[0]?.environment, ["SECRET"]);
  assertEquals(json.servers[0]?.hasPassword, true);
  assertEquals(json.groups.length, 2);
});

Deno.test("planAsText() tells the memory that a container leaves, and nothing of a whole machine's", async () => {
  const small = await planOfText("[program:web]\ncommand=/bin/cat\nmax_memory=25%\n");
  const limited = planAsText(small, { total: 256 * 1024 ** 2, isLimited: true });
  assertTrue(/^ {2}memory +256MB, the limit of the container or cgroup$/m.test(limited), limited);
  assertEquals(planAsText(small, { total: 256 * 1024 ** 2, isLimited: false }), planAsText(small));
});
