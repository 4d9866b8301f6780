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

export const EXPORT_SAMPLES: readonly ExportSample[] = [
  {
    what: "a manifest with everything",
    name: "test.toml",
    text: FULL,
    paths: PATHS,
    files: { "/etc/shop.env": "DB_PASSWORD='geheim %x'\nREGION=eu\n" },
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
[program.report]
command = "date | cat"
shell = true
`,
    paths: { ...PATHS, "/srv/shop/mail.ts": "file" },
  },
];
