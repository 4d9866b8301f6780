// The table of manifests that must come out under supervisord and under us alike.
import type { Case } from "./both.ts";
import { CHILDREN } from "./runner_process.ts";

/**
 * Given up after some retries by who ends at once. On a loaded machine that may take supervisord more than the
 * second that is the default of startsecs.
 */
const givenUp = (retries: number) => `startretries=${retries}\nstartsecs=9`;
const ONCE = givenUp(0);

/** A program section; its output goes to NAME.out and NAME.err beside the manifest. */
function program(name: string, command: string, settings = ""): string {
  return `[program:${name}]
command=${command.startsWith("/") ? command : `${CHILDREN}/${command}`}
stdout_logfile=%(here)s/%(program_name)s.out
stderr_logfile=%(here)s/%(program_name)s.err
${settings}
`;
}

export const CASES: readonly Case[] = [
  {
    name: "startsecs=0",
    manifest: program("zero", "exit_with.sh 0 1.5", "startsecs=0\nautorestart=false") +
      program("three", "exit_with.sh 3 1.5", "startsecs=0\nautorestart=false"),
    settled: [/exited: zero/, /exited: three/],
  },
  {
    name: "an early exit with autorestart=false is tried again all the same",
    manifest: program("zero", "exit_with.sh 0", `autorestart=false\n${givenUp(1)}`) +
      program("four", "exit_with.sh 4", `autorestart=false\n${ONCE}`) +
      program("killed", "kills_itself.sh KILL", ONCE),
    settled: [/gave up: zero/, /gave up: four/, /gave up: killed/],
  },
  {
    name: "startretries",
    manifest: program("bad", "exit_with.sh 1", givenUp(2)),
    settled: [/gave up: bad/],
  },
  {
    name: "exitcodes and unexpected exits",
    manifest: program("listed", "exit_with.sh 2 2.3", "exitcodes=0,2") +
      program("unlisted", "fails_once.sh %(here)s/unlisted 7 2.3", "exitcodes=0,2") +
      program("killed", "fails_once.sh %(here)s/killed KILL 2.3", "exitcodes=0,9,137") +
      program("always", "fails_once.sh %(here)s/always 0 2.3", "autorestart=true") +
      program("never", "exit_with.sh 5 2.3", "autorestart=false"),
    settled: [
      /exited: listed/,
      /exited: never/,
      /(spawned: 'unlisted'(.|\n)*){2}success: unlisted/,
      /(spawned: 'killed'(.|\n)*){2}success: killed/,
      /(spawned: 'always'(.|\n)*){2}success: always/,
    ],
  },
  {
    name: "redirect_stderr",
    manifest: program("merged", "both_streams.sh 40", `redirect_stderr=true\n${ONCE}`) +
      program("parted", "both_streams.sh 40", ONCE),
    settled: [/gave up: merged/, /gave up: parted/],
  },
  {
    name: "numprocs with process_name",
    manifest: `[program:many]
command=${CHILDREN}/says_and_stays.sh "%(process_num)d of %(numprocs)d in %(group_name)s"
process_name=%(program_name)s_%(process_num)02d
numprocs=3
numprocs_start=8
stdout_logfile=%(here)s/many_%(process_num)d.out
stderr_logfile=NONE
environment=NUMBER="%(process_num)03d"
`,
    settled: [/success: many_08/, /success: many_09/, /success: many_10/],
  },
  {
    name: "groups and priorities",
    manifest: program("first", "forever.sh", "priority=1") +
      program("last", "forever.sh", "priority=2") + program("a", "forever.sh") +
      program("b", "forever.sh") + program("between", "forever.sh", "priority=500") +
      "[group:late]\nprograms=a,b\npriority=900\n[group:later]\nprograms=last\npriority=1000\n",
    settled: [/success: first/, /success: last/, /success: a/, /success: b/, /success: between/],
    stopsInOrder: /first|last|between/,
  },
  {
    name: "a program in two groups",
    manifest: `[program:twice]
command=${CHILDREN}/says_and_stays.sh "%(group_name)s %(program_name)s"
process_name=%(group_name)s_%(process_num)d
stdout_logfile=%(here)s/%(group_name)s.out
stderr_logfile=%(here)s/%(group_name)s.err
[group:left]
programs=twice
[group:right]
programs=twice
`,
    settled: [/success: left_0/, /success: right_0/],
  },
  {
    name: "environment quoting and process environment",
    manifest: program(
      "env",
      "sorted_environment.sh",
      `${ONCE}
environment=A="x y",B='single, with comma',C="100%%",D=a/b.c-d+e(f):g,E="%(here)s",
  F="%(program_name)s %(process_num)d",G="semi;colon#hash",HOME="/set",PATH="%(ENV_PATH)s:/more",`,
    ),
    settled: [/gave up: env/],
  },
  {
    name: "inline comments, continuation lines, quoted words",
    manifest: `[program:words]
command = ${CHILDREN}/says_and_exits.sh "two  words;here#too" ; a comment ; and more
# a comment of the whole line
startretries = 0 # another
startsecs = 9
stdout_logfile=%(here)s/words.out
stderr_logfile=%(here)s/words.err
[program:long]
command=${CHILDREN}/says_and_exits.sh
  'a
  b'
startretries : 0
StartSecs: 9
Stdout_LogFile=%(here)s/long.out
stderr_logfile=off
`,
    settled: [/gave up: words/, /gave up: long/],
  },
  {
    name: "stopsignal, stopwaitsecs and SIGKILL",
    manifest: program("usr1", "answers.sh USR1", "stopsignal=USR1\npriority=1") +
      program("number", "answers.sh QUIT", "stopsignal=3\npriority=2") +
      program("plain", "forever.sh", "priority=3") +
      program("stubborn", "ignores_term.sh", "stopwaitsecs=3\npriority=4"),
    settled: [/success: usr1/, /success: number/, /success: plain/, /success: stubborn/],
    stopsInOrder: /./,
    written: { "usr1.out": "ready", "number.out": "ready", "stubborn.out": "ready" },
  },
  {
    name: "stopasgroup and killasgroup",
    manifest: program(
      "group",
      "answers_in_group.sh USR2 %(here)s/child.txt",
      "stopsignal=USR2\nstopasgroup=true",
    ) +
      program("alone", "answers.sh HUP", "stopsignal=HUP\nkillasgroup=true\npriority=5"),
    settled: [/success: group/, /success: alone/],
    written: { "group.out": "ready", "alone.out": "ready" },
  },
  {
    name: "include globs and %(here)s",
    manifest: program("first", "says_and_exits.sh main 1", ONCE) +
      "[include]\nfiles = parts-*.conf more?.ini  nothing-*.ini\n",
    files: {
      "parts-b.conf": program("second", "says_and_exits.sh %(here)s", ONCE),
      "parts-a.conf":
        "[program:first]\nstartretries=1\nexitcodes=7\nstdout_logfile=%(here)s/parts.out\n",
      "more1.ini": program("third", "says_and_exits.sh third", ONCE),
      "more22.ini": program("not_included", "says_and_exits.sh x"),
    },
    settled: [/gave up: first/, /gave up: second/, /gave up: third/],
  },
  {
    name: "umask, user and directory",
    manifest: program(
      "nobody",
      "tells_where_it_is.sh",
      `user=nobody\numask=027\ndirectory=/tmp\n${ONCE}`,
    ) + program("root", "tells_where_it_is.sh", `umask=002\n${ONCE}`) +
      program("plain", "tells_where_it_is.sh", `directory=/usr\n${ONCE}`),
    settled: [/gave up: nobody/, /gave up: root/, /gave up: plain/],
  },
  {
    name: "commands that cannot be found or run, autostart=false",
    manifest: program("none", "/no/such/command", ONCE) +
      program("folder", "/etc", ONCE) +
      program("file", "/etc/passwd", ONCE) +
      program("idle", "forever.sh", "autostart=false"),
    settled: [/gave up: none/, /gave up: folder/, /gave up: file/],
  },
];
