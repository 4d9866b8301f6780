// Assertions of the tests: node's own, under the names used here.
import assert from "node:assert/strict";

/** Fails unless both are deeply equal. */
export function assertEquals(actual: unknown, expected: unknown, message?: string): void {
  assert.deepEqual(actual, expected, message);
}

/** Fails unless the condition holds. */
export function assertTrue(condition: boolean, message: string): asserts condition {
  assert.ok(condition, message);
}
