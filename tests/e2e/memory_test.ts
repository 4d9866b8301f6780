// Memory caps on real processes.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { CHILDREN, Sandbox } from "../support/runner_process.ts";

for (const script of ["leaks.sh", "leaks_in_grandchild.sh"]) {
  Deno.test(`max_memory recycles gracefully and says how much was used: ${script}`, async () => {
    await using box = new Sandbox();
    const runner = box.start(`
[program.leaky]
command = "${CHILDREN}/${script}"
startsecs = 0
max_memory = "40MB"
`);
    const [, used] = await runner.said(
      /memory: leaky and its descendants use ([\d.]+)MB, over max_memory 40MB: restart/,
    );
    await runner.said("stopped: leaky (exit status 0)");
    await runner.spawnOf("leaky", 2);
    // What it holds at most, and each of its two shells beside it.
    assertTrue(Number(used) > 40 && Number(used) < 60, `${used} MB is what it used`);
    assertEquals(await runner.stop(), 0);
  });
}

Deno.test("max_memory_action = stop stays down", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[runner]
shutdown_when = "all-exited"
[program.leaky]
command = "${CHILDREN}/leaks.sh"
startsecs = 0
max_memory = "30MB"
max_memory_action = "stop"
`);
  assertEquals((await runner.status).code, 0);
  assertEquals((await runner.pidsOf("leaky")).length, 1);
});

Deno.test("memory_hard_limit is enforced by the kernel, and start says how", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[runner]
shutdown_when = "all-exited"
[program.greedy]
command = ["/bin/sh", "-c", "x=$(head -c 400000000 /dev/zero | tr '\\\\0' x); echo $\{#x}"]
startsecs = 0
autorestart = false
memory_hard_limit = "100MB"
`);
  const { code } = await runner.status;
  assertTrue(code !== 0, `the program did not survive: ${code}`);
  await runner.said(/memory_hard_limit.*(cgroup|RLIMIT_AS)/);
});
