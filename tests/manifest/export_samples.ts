// Manifests that use what there is to use, for the exporters to carry over.
import type { FakeMachine } from "./fake_machine.ts";

export interface ExportSample extends FakeMachine {
  readonly what: string;
  readonly name: string;
  readonly text: string;
}

const PATHS = { "/usr/bin/php": "executable", "/srv/shop": "directory" } as const;

const FULL = `
[runner]
logfile = "/var/log/runner.log"
logfile_backups = 3
loglevel = "debug"
log_format = "json"
log_stdout = true
pidfile = "/run/100%%.pid"
nodaemon = false
umask = "027"
minfds = 2048
identifier = "shop"
shutdown_when = "any-fatal"
shutdown_timeout = "1m30s"
watch_manifest = true
environment = { LANG = "C.UTF-8" }

[unix_http_server]
file = "/run/shop.sock"
chmod = "0770"
chown = "www:staff"
username = "admin"
password = "50%%off"

[http]
port = "*:9001"
allow_insecure = true
allowed_hosts = ["shop.example"]

[program.web]
command = ["/usr/bin/php", "-S", "0.0.0.0:80%(process_num)02d", "100%%", "a b", "$HOME", "'\\"\\\\"]
process_name = "%(program_name)s_%(process_num)02d"
numprocs = 3
numprocs_start = 9
directory = "/srv/shop"
umask = "022"
priority = 10
autorestart = true
startsecs = "2500ms"
startretries = 5
exitcodes = [0, 2]
stop_signals = "TERM 10s, RTMIN+3 500ms"
stop_message = "100%% done"
environment = { PORT = "80%(process_num)02d", GREETING = "hallo \\"du\\"\\nda\\tü", API_TOKEN = "s3cret" }
env_file = ["/etc/shop.env", "-/etc/missing.env"]
inherit_env = ["PATH", "LC_*"]
user = "www"
group_name = "staff"
nice = 5
oom_score_adj = -100
rlimit_nofile = "4096:8192"
rlimit_core = "unlimited"
rlimit_cpu = "10s:"
max_memory = "25%"
max_memory_action = "USR1"
memory_hard_limit = "1GB"
max_age = "1h +- 10m"
on_exit = { "0" = "restart", "1-9" = "restart after 30s", "SIGKILL" = "fatal", "signal" = "stop", "*" = "shutdown 3" }
backoff = { initial = "1s", factor = 1.5, max = "1m", jitter = "20%", reset_after = "1m" }
restart_delay = "1500ms"
start_limit = "5 in 1m"
critical = true
stdout_logfile = "/var/log/web_%(process_num)02d.log"
stdout_logfile_maxbytes = "10MB"
stdout_logfile_backups = 2
stdout_logfile_max_age = "7d"
stdout_logfile_daily = true
stdout_logfile_compress = true
stdout_logfile_total_max = "1GB"
stdout_syslog = true
stdout_events_enabled = true
stdout_capture_maxbytes = "1MB"
stderr_logfile = "NONE"
log_format = "json"
strip_ansi = true
log_stdout = false

[program.job]
command = ["/bin/sh", "-c", "echo 'it''s $X \${Y} %%n'; exit 3"]
autostart = false
autorestart = false
redirect_stderr = true
stdin = "pipe"
inherit_env = false
stopsignal = "QUIT"
stopwaitsecs = 0
stop_tree = false
killasgroup = true
serverurl = ""

[program.mail]
command = ["/bin/cat"]
stop_tree = false
stopasgroup = true
priority = 1
stdout_logfile = "/dev/stderr"

[fcgi-program.cgi]
command = ["/bin/cat"]
socket = "unix:///run/%(program_name)s.sock"
socket_backlog = 64
socket_mode = "0770"
socket_owner = "www:staff"
numprocs = 2
process_name = "cgi%(process_num)d"

[eventlistener.watch]
command = ["/bin/cat"]
events = ["PROCESS_STATE_FATAL", "TICK_5"]
buffer_size = 20
event_length = "characters"

[group.shop]
programs = ["web", "mail"]
priority = 7
`;

const CLASSIC = `
[unix_http_server]
file=/run/classic.sock
[supervisord]
logfile=/var/log/classic.log
pidfile=/run/classic.pid
nodaemon=true
environment=STAGE="live"
[program:worker]
command=/usr/bin/php worker.php %(process_num)d --name="a b"
process_name=%(program_name)s_%(process_num)d
numprocs=12
directory=/srv/shop
user=www
stopasgroup=true
environment=N="%(process_num)d",QUEUE="high"
stdout_logfile=/var/log/worker_%(process_num)d.log
stderr_logfile=/dev/stdout
stderr_logfile_maxbytes=0
[program:plain]
command=/bin/cat
[eventlistener:crash]
command=/bin/cat
events=PROCESS_STATE
priority=5
[group:both]
programs=plain
`;

const WORK = `
[program.redis]
command = ["/bin/cat"]
ready = "tcp:6379"
ready_timeout = "20s"
health = "exec:redis-cli -s '/run/a b.sock' ping"
health_interval = "3s"
health_timeout = "2s"
health_failures = 5
health_grace = "4s"
max_silence = "10m"
priority = 5

[program.mail]
command = ["/bin/cat"]
ready = "notify"
watchdog = "30s"
depends_on = ["redis"]
restart_with = true

[program.migrate]
command = ["/bin/cat"]
type = "oneshot"
autorestart = "unexpected"
startsecs = "1s"
depends_on = ["redis:started"]

[program.seed]
command = ["/bin/cat"]
type = "oneshot"

[program.web]
command = ["/bin/cat"]
numprocs = 2
process_name = "web_%(process_num)d"
depends_on = ["redis", "both:seed:done", "migrate:done", "mail:ready"]
restart_with = ["redis", "mail"]
ready = "http://localhost:80%(process_num)02d/health?a=%%20"
ready_interval = "1s"
health = "http://localhost:80%(process_num)02d/health"
pre_start = ["/bin/sh", "-c", "echo $X 100%% %(process_num)d"]
post_start = "/bin/echo 'a b'"
pre_stop = ["/bin/kill", "-USR1", "$RUNNER_PID"]
post_exit = ["/bin/echo"]
hook_timeout = "7s"

[program.worker]
command = ["/bin/cat", "%(process_num)d"]
numprocs = 2
numprocs_start = 9
process_name = "worker_%(process_num)02d"
max_jobs = 500
spare = 1
watch = ["src/**", "*.{php,json}"]
watch_ignore = ["*.md", "src/made/**"]
watch_delay = "1s"

[program.one]
command = ["/bin/cat"]
spare = 1
watch = true

[program.log]
command = ["/bin/cat"]
ready = "log:^listening on (\\\\d+)$"
pre_start = ["/bin/echo"]
hook_failure = "ignore"

[program.renewed]
command = ["/bin/cat"]
restart_schedule = "0 4 * * SUN"
time_zone = "UTC"

[program.slow]
command = ["/bin/cat"]
ready = "delay:2m"
health = "unix:/run/slow.sock"

[program.nightly]
command = ["/bin/cat"]
schedule = "30 2 * * 1-5"
time_zone = "Europe/Berlin"
timeout = "1h"
jitter = "5m"
retries = 2
retry_delay = "1m"
catch_up = "once"
history = 5
exitcodes = [0, 3]
max_memory = "1GB"

[program.often]
command = ["/bin/cat"]
schedule = "*/10 * * * * *"
overlap = "allow"
numprocs = 3
process_name = "often_%(process_num)d"

[program.odd]
command = ["/bin/cat"]
schedule = "0 0 13 * FRI"
overlap = "kill"

[group.both]
programs = ["seed", "slow"]

[alert.ops]
on = ["fatal", "job-failed"]
programs = ["web", "often*"]
to = "https://hooks.example/50%%/a?token=%%(x)s$Y"
template = "slack"
message = "%(host)s: %(text)s 100%%"
secret = "geheim 100%"
every = "5m"
group_wait = "2s"
timeout = "3s"
retries = 1
flapping = "3 in 1m"

[alert.mail]
on = ["down"]
to = "mailto:ops@shop.example"

[alert.run]
on = ["runner-stop"]
to = "exec:/bin/echo 'a b'"
template = "text"

[alert.quiet]
on = ["exit"]
url_env = "HOOK_URL"
secret_file = "/etc/hook.key"

[alert.file]
on = ["exit"]
url_file = "/etc/hook.url"
secret_env = "HOOK_KEY"
`;

export const EXPORT_SAMPLES: readonly ExportSample[] = [
  {
    what: "a manifest with everything",
    name: "test.toml",
    text: FULL,
    paths: PATHS,
    files: { "/etc/shop.env": "DB_PASSWORD='geheim %x'\nREGION=eu\n" },
  },
  {
    what: "everything about work",
    name: "test.toml",
    text: WORK,
    paths: PATHS,
  },
  { what: "a supervisord.conf", name: "test.ini", text: CLASSIC, paths: PATHS },
  {
    what: "a small one",
    name: "test.toml",
    text: '[program.web]\ncommand = "/bin/sh -c \'sleep 1\'"\nmemory_hard_limit = "256MB"\n',
  },
  {
    what: "scripts",
    name: "test.toml",
    text: `
[program.mail]
script = "mail.ts"
directory = "/srv/shop"
args = ["--number", "%(process_num)d", "a b"]
numprocs = 2
process_name = "mail_%(process_num)d"
allow_net = false
allow_ffi = false
allow_read = ["/srv/shop/100%%"]
max_heap = "64MB"
[program.report]
command = "date | cat"
shell = true
`,
    paths: { ...PATHS, "/srv/shop/mail.ts": "file" },
  },
];
