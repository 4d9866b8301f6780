// Plain data comes back as it was, whatever is in it, and what was one object is one again.
import fc from "fast-check";
import { decodePlain, encodePlain } from "../../src/base/plain_json.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const again = (value: unknown): unknown => decodePlain(encodePlain(value));

const key = fc.oneof(
  fc.string(),
  fc.constantFrom("$map", "$set", "$same", "$bytes", "$number", "$pairs", "__proto__", "7", "kind"),
);
const leaf = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(Infinity, -Infinity, NaN, 0),
  fc.uint8Array(),
);
const { data } = fc.letrec((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie("data"), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie("data")), { maxLength: 4 }).map((pairs) =>
      Object.fromEntries(pairs)
    ),
    fc.array(fc.tuple(fc.oneof(key, fc.integer()), tie("data")), { maxLength: 4 })
      .map((pairs) => new Map(pairs)),
    fc.array(fc.string(), { maxLength: 4 }).map((items) => new Set(items)),
  ),
}));

Deno.test("decodePlain() gives back what encodePlain() took, for all plain data", () => {
  fc.assert(fc.property(data, (value) => assertEquals(again(value), value)));
});

Deno.test("decodePlain() keeps shared what was shared, also in maps and beside objects with special keys", () => {
  const shared = { name: "one" };
  const odd = { $map: [shared] };
  const value = { first: shared, list: [odd, shared], map: new Map([["x", odd]]), last: shared };
  const back = decodePlain<typeof value>(encodePlain(value));
  assertEquals(back, value);
  assertTrue(back.first === back.list[1] && back.first === back.last, "one object");
  assertTrue(back.map.get("x") === back.list[0], "one object behind a map, too");
});

Deno.test("encodePlain() leaves out what is undefined", () => {
  assertEquals(encodePlain({ a: undefined, b: 1 }), '{"b":1}');
});

Deno.test("decodePlain() takes a large run of bytes", () => {
  const bytes = Uint8Array.from({ length: 100_003 }, (_, index) => index * 7);
  assertEquals(again({ bytes }), { bytes });
});
