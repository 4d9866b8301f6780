# Runs command lines with the real supervisorctl, one after the other, in one process: its start takes longer than
# most commands. Reads a JSON list of argument lists, writes a JSON list of [output, exit status].
import contextlib
import io
import json
import sys

from supervisor import supervisorctl

done = []
for args in json.load(sys.stdin):
    sys.argv = ["supervisorctl"] + args
    output = io.StringIO()
    status = None
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        try:
            supervisorctl.main(args)
        except SystemExit as end:
            status = end.code
    done.append([output.getvalue(), status])
json.dump(done, sys.stdout)
