// The libraries that logs need, opened for the whole test process: no test leaks them.
import { libc } from "../../src/os/libc.ts";
import { readFdAt, stat } from "../../src/os/log_libc.ts";

libc();
stat("/");
readFdAt(-1, new Uint8Array(1), 0);
