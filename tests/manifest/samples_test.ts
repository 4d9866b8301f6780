// Manifests as shops write them: Chinese comments after values, everything commented out, Debian's layout.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { loadText } from "./fake_machine.ts";

const WORKERS = ["mail", "orders-dispatcher", "login-events"].map((name) => `
[program:${name}]
directory = /srv/shop/current/public/ ; 程序所在的目录
command = /usr/local/php/bin/php cli.php ${name}/run ; 启动命令，和手动执行的一样
autostart = true     ; 随 supervisord 一起启动
startsecs = 5        ; 5 秒后仍在运行，就算启动成功
autorestart = true   ; 异常退出后自动重启
startretries = 3     ; 失败时的重试次数，默认是 3
user = www           ; 运行的用户
redirect_stderr = true  ; stderr 写到 stdout，默认 false
stdout_logfile_maxbytes = 20MB  ; 日志大小，默认 50MB
stdout_logfile_backups = 20     ; 日志备份数
; 日志目录要先建好（"不存在" 就不能启动）
stdout_logfile = /var/log/shop/${name}.log
`).join("");

Deno.test("a shop's workers run as they are, also with a byte order mark and CRLF", async () => {
  const paths = {
    "/srv/shop/current/public": "directory",
    "/usr/local/php/bin/php": "executable",
  } as const;
  for (const text of [WORKERS, `\uFEFF${WORKERS.replaceAll("\n", "\r\n")}`]) {
    const { plan, problems } = await loadText(text, { paths });
    assertEquals(problems, []);
    const processes = plan?.groups.flatMap((group) => group.processes) ?? [];
    assertEquals(processes.map(({ id }) => id), [
      "login-events:login-events",
      "mail:mail",
      "orders-dispatcher:orders-dispatcher",
    ]);
    const mail = processes[1];
    assertTrue(mail !== undefined, "the second");
    assertEquals(mail.command, ["/usr/local/php/bin/php", "cli.php", "mail/run"]);
    assertEquals(mail.directory, "/srv/shop/current/public/");
    assertEquals(mail.user?.uid, 33);
    assertEquals(mail.restart.autorestart, "always");
    assertEquals(mail.restart.startSeconds, 5000);
    assertEquals(mail.stderr, "stdout");
    assertEquals(mail.stdout.destination, { kind: "file", path: "/var/log/shop/mail.log" });
    assertEquals([mail.stdout.maxBytes, mail.stdout.backups], [20 * 1024 ** 2, 20]);
  }
});

const ANNOTATED =
  `; An annotated sample. ; ; shell expansion ("~" or "$HOME") is not known here, use "%(ENV_HOME)s".
[unix_http_server] ; 控制用的 socket
file=/tmp/sample.sock ; socket 文件
;chmod=0700 ; 权限 (default 0700)
;username=user ; 默认不需要
[supervisord] ; 主进程
logfile=/tmp/sample.log ; 日志
logfile_maxbytes=50MB ; 最大体积,默认50MB
logfile_backups=10 ; 备份数目
loglevel=info ; 级别; 还有:debug,warn,trace
pidfile=/tmp/sample.pid ; pid 文件
nodaemon=false ; 是否在前台
minfds=1024 ; 文件描述符
minprocs=200 ; 进程数
;environment=KEY=value ; 变量
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix:///tmp/sample.sock ; use a unix:// URL for a unix socket
;[program:name]
;command=/bin/cat ; 程序
;process_name=%(program_name)s ; 名称
;[include]
;files = relative/directory/*.ini
`;

Deno.test("an annotated sample is read, and there is nothing to tell", async () => {
  const { plan, problems } = await loadText(ANNOTATED);
  assertEquals(problems, []);
  assertEquals(plan?.groups, []);
  assertEquals(plan?.servers.map(({ address }) => address), ["/tmp/sample.sock"]);
  assertEquals(plan?.runner.logfile, { kind: "file", path: "/tmp/sample.log" });
  assertEquals(plan?.runner.wantsDaemon, true);
});

Deno.test("Debian's layout: the main file names a folder of programs", async () => {
  const main = `[unix_http_server]
file=/var/run/supervisor.sock   ; (the path to the socket file)
chmod=0700                       ; socket file mode (default 0700)
[supervisord]
logfile=/var/log/supervisor/supervisord.log
pidfile=/var/run/supervisord.pid
childlogdir=/var/log/supervisor
[include]
files = conf.d/*.conf
`;
  const files = {
    "/srv/conf.d/b.conf": "[program:b]\ncommand=/bin/cat\n",
    "/srv/conf.d/a.conf": "[program:a]\ncommand=/bin/cat %(here)s\n",
  };
  const { plan } = await loadText(main, { files });
  assertEquals(plan?.groups.map(({ name }) => name), ["a", "b"]);
  assertEquals(plan?.groups[0]?.processes[0]?.command, ["/bin/cat", "/srv/conf.d"]);
  assertEquals(plan?.groups[0]?.processes[0]?.serverUrl, "unix:///var/run/supervisor.sock");
  assertEquals(plan?.runner.childLogDir, "/var/log/supervisor");
});
