// What the runner says of its own use, also when it has nothing left to look with.
import { libc } from "../../src/os/libc.ts";
import { ownUsage } from "../../src/os/own_usage.ts";
import { withAllDescriptors } from "../support/all_descriptors.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

libc(); // Opened for the whole process: no test leaks it.

Deno.test("ownUsage() counts descriptors, and says how many are allowed when none is left to count with", () => {
  const before = ownUsage();
  assertTrue(before.memory > 0 && before.descriptors > 2, "nothing is measured");
  const full = withAllDescriptors((allowed) => ({ ...ownUsage(), allowed }));
  assertEquals(full.descriptors, full.allowed);
  assertTrue(full.memory > 0, "nothing is measured when no descriptor is left");
});
