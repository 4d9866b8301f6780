# Makes XML-RPC calls with Python's own client over a unix socket. Reads a JSON list of [method, argument, ...],
# writes a JSON list of what came back: a value, "fault N: text", or "http N".
import json
import sys
import xmlrpc.client

from supervisor.xmlrpc import SupervisorTransport

server = xmlrpc.client.ServerProxy(
    "http://127.0.0.1", transport=SupervisorTransport(None, None, "unix://" + sys.argv[1]))
done = []
for method, *arguments in json.load(sys.stdin):
    call = server
    for part in method.split("."):
        call = getattr(call, part)
    try:
        done.append(call(*arguments))
    except xmlrpc.client.Fault as fault:
        done.append("fault %d: %s" % (fault.faultCode, fault.faultString))
    except xmlrpc.client.ProtocolError as error:
        done.append("http %d" % error.errcode)
json.dump(done, sys.stdout)
