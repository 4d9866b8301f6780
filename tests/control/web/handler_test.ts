// The page as it is served: paths, headers, what a browser keeps; and that nothing in it comes from elsewhere.
import { webHandler } from "../../../src/control/web/handler.ts";
import { PAGE_CSS, PAGE_HTML, PAGE_JS, VIEWS_JS } from "../../../src/control/web/assets.ts";
import type { HttpReply } from "../../../src/control/http/message.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { NO_RUNNER, requestOf } from "../../support/fake_control.ts";

async function reply(path: string, init: RequestInit = {}): Promise<HttpReply> {
  return await webHandler(NO_RUNNER)(requestOf(new Request(`http://x${path}`, init)));
}

Deno.test("webHandler() serves the page and its files under a strict policy", async () => {
  for (const path of ["/", "/index.html", "/web/page.css", "/web/page.js", "/web/views.js"]) {
    const { status, headers, body } = await reply(path);
    assertEquals(status, 200, path);
    assertEquals(
      headers?.["content-security-policy"],
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    assertEquals(headers?.["x-content-type-options"], "nosniff");
    assertTrue(typeof body === "string" && body.length > 1000, path);
  }
  assertEquals((await reply("/")).headers?.["content-type"], "text/html; charset=utf-8");
});

Deno.test("webHandler() knows no other path and no other method", async () => {
  const others = [
    "/x",
    "//",
    "/web/",
    "/web/../handler.ts",
    "/%2e%2e/etc/passwd",
    "/web/page.js/",
    "/INDEX.html",
  ];
  for (const path of others) {
    const request = { ...requestOf(new Request("http://x/")), path };
    assertEquals((await webHandler(NO_RUNNER)(request)).status, 404, path);
  }
  const posted = await reply("/index.html", { method: "POST" });
  assertEquals([posted.status, posted.headers?.["allow"]], [405, "GET, HEAD"]);
  assertEquals((await reply("/", { method: "HEAD" })).status, 200);
});

Deno.test("webHandler() sends nothing to a browser that has it", async () => {
  const etag = (await reply("/")).headers?.["etag"] ?? "";
  const known = [etag, `W/${etag}`, `"other", ${etag}`, "*"];
  for (const header of known) {
    const { status, body } = await reply("/", { headers: { "if-none-match": header } });
    assertEquals([status, body], [304, undefined], header);
  }
  assertEquals((await reply("/", { headers: { "if-none-match": '"other"' } })).status, 200);
});

Deno.test("webHandler() lets files be kept for ever under the name of their content only", async () => {
  const cache = async (path: string) => (await reply(path)).headers?.["cache-control"];
  assertEquals(
    await cache(`/web/page.js?v=${PAGE_JS.tag}`),
    "private, max-age=31536000, immutable",
  );
  assertEquals(await cache("/web/page.js?v=other"), "no-cache");
  assertEquals(await cache("/"), "no-cache");
  assertTrue(PAGE_HTML.text.includes(`web/page.js?v=${PAGE_JS.tag}`), "the page names its script");
  assertTrue(PAGE_HTML.text.includes(`web/page.css?v=${PAGE_CSS.tag}`), "and its style");
  assertEquals(
    await cache(`/web/views.js?v=${VIEWS_JS.tag}&again=2`),
    "private, max-age=31536000, immutable",
  );
  assertTrue(PAGE_HTML.text.includes(`web/views.js?v=${VIEWS_JS.tag}`), "and its second script");
});

Deno.test("webHandler() leads supervisord's log page to the log of that process, and acts on no GET", async () => {
  const tail = await reply("/tail.html?processname=web%3Aweb_0&limit=1024");
  assertEquals([tail.status, tail.headers?.["location"]], [302, "./#p=web%3Aweb_0&tab=log"]);
  const hostile = await reply("/tail.html?processname=%0d%0aset-cookie:x%22%3E");
  assertEquals(hostile.headers?.["location"], "./#p=%0D%0Aset-cookie%3Ax%22%3E&tab=log");
  assertEquals((await reply("/tail.html")).headers?.["location"], "./");
  assertEquals((await reply("/index.html?action=stopall")).status, 200);
});

Deno.test("the page is small, whole, and only has relative addresses", () => {
  const { text } = PAGE_HTML;
  const bytes = (one: string) => new TextEncoder().encode(one).length;
  const size = [text, PAGE_CSS.text, PAGE_JS.text].reduce((total, one) => total + bytes(one), 0);
  assertTrue(size < 60_000, `${size} bytes`);
  const later = bytes(VIEWS_JS.text);
  assertTrue(later < 10_000, `${later} bytes when details or history are opened`);
  assertTrue(!/(?:src|href)=["']?web\/views/.test(text), "which a first visit does not load");
  const addresses = [...text.matchAll(/(?:src|href)=["']([^"']*)/g)].map(([, address]) => address);
  assertTrue(addresses.length >= 3, "style, script and icon");
  for (const address of addresses) {
    assertTrue(/^(web\/|data:image)/.test(address ?? ""), `relative: ${address}`);
  }
  assertTrue(!/<script(?![^>]*src=)|<style|\son\w+=|\sstyle=/i.test(text), "nothing inline");
  assertTrue(
    !/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/.test(
      PAGE_JS.text + VIEWS_JS.text,
    ),
    "no way from text to HTML",
  );
  assertTrue(!PAGE_CSS.text.includes("url("), "no address in the style");
});
