# Runs a program on a terminal of its own. Reads JSON {"argv": [...], "steps": [[text to wait for, keys], ...]} and
# prints all that was shown; the last line is the exit status. Each wait looks at what came after the one before.
import json
import os
import pty
import select
import sys
import time

job = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execvp(job["argv"][0], job["argv"])
shown = b""
seen = 0
steps = job["steps"]
limit = time.monotonic() + 20
while time.monotonic() < limit:
    while steps and steps[0][0].encode() in shown[seen:]:
        wanted, keys = steps.pop(0)
        seen = shown.index(wanted.encode(), seen) + len(wanted.encode())
        os.write(terminal, keys.encode())
    if select.select([terminal], [], [], 0.1)[0]:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
if steps:
    print("waited in vain for", steps[0][0])
os.close(terminal)
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.stdout.write(shown.decode(errors="replace"))
print("\nstatus", status)
