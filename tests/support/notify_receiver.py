# A service manager's end of NOTIFY_SOCKET: writes each message on a line, its sender's pid first.
import socket, struct, sys

address, log = sys.argv[1], sys.argv[2]
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
receiver.bind("\0" + address[1:] if address.startswith("@") else address)
with open(log, "w", buffering=1) as lines:
    lines.write("listening\n")
    while True:
        data, extra, _, _ = receiver.recvmsg(65536, 4096)
        pid = struct.unpack("3i", extra[0][2])[0]
        lines.write(f"{pid} {'|'.join(data.decode().split(chr(10)))}\n")
