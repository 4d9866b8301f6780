// The OpenAPI description: it is served, its references lead somewhere, and the server answers all it lists.
import { apiHandler } from "../../../src/control/api/handler.ts";
import { PATHS } from "../../../src/control/api/paths.ts";
import { API } from "../../../src/control/api/types.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { ApiRig, ask, requestOf } from "../../support/api_rig.ts";

// deno-lint-ignore no-explicit-any
async function described(): Promise<any> {
  const answer = await ask(apiHandler(new ApiRig([]).runner), requestOf(`${API}/openapi.json`));
  assertEquals(answer.status, 200);
  return answer.json;
}

Deno.test("openapi.json leads every reference to a type", async () => {
  const document = await described();
  const names = Object.keys(document.components.schemas);
  const referred = JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
  const missing = [...referred].map(([, name = ""]) => name).filter((name) =>
    !names.includes(name)
  );
  assertEquals(missing, []);
  assertTrue(names.includes("ProcessView"), "the types are there");
});

Deno.test("openapi.json describes every path of the contract", async () => {
  const { paths } = await described();
  const listed = Object.keys(paths);
  const contract = Object.values(PATHS).map((path) =>
    typeof path === "string"
      ? path
      : path("{id}", "stdout").replace("%7Bid%7D", "{id}").replace("/stdout", "/{stream}")
  );
  const missing = contract.map((path) => `${API}${path}`).filter((path) => !listed.includes(path));
  assertEquals(missing, []);
});

Deno.test("the server takes every method that openapi.json lists, and says which others it does not", async () => {
  const { paths } = await described();
  const rig = new ApiRig([{ name: "web" }]);
  const handler = apiHandler(rig.runner);
  const mine = Object.entries(paths).filter(([path]) =>
    path.startsWith(API) && !/\/logs?(\/|$)/.test(path)
  );
  assertTrue(mine.length > 10, "there are calls");
  for (const [path, methods] of mine) {
    const target = path.replace("{id}", "web");
    const { status, headers } = await ask(handler, requestOf(target, { method: "PATCH" }));
    const listed = Object.keys(Object(methods)).map((method) => method.toUpperCase());
    const allowed = (headers["allow"] ?? "").split(", ").filter((method) => method !== "HEAD");
    assertEquals([path, status, allowed], [path, 405, listed]);
  }
});
