// Lint rules of this project: no ambient time or chance outside os/, no deeds in the pure rooms, one way out.
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PURE = ["src/base/", "src/manifest/", "src/core/"];
const PURE_MODULES = ["node:fs", "node:child_process", "node:net", "node:http", "node:os"];

/** Ways to the clock and to chance, as they are written. */
const AMBIENT_CALLS = new Set([
  "Date.now",
  "Date",
  "performance.now",
  "performance.mark",
  "setTimeout",
  "setInterval",
  "queueMicrotask",
  "Math.random",
  "crypto.randomUUID",
  "crypto.getRandomValues",
  "AbortSignal.timeout",
  "process.hrtime",
  "process.hrtime.bigint",
  "process.uptime",
]);

const plugin: Deno.lint.Plugin = {
  name: "runner",
  rules: {
    "no-ambient": { create: noAmbient },
    "no-exit": { create: noExit },
    "pure-rooms": { create: pureRooms },
    "no-cast": { create: noCast },
  },
};

export default plugin;

/** Time and chance come in as arguments or by a port; only os/ asks the machine. */
function noAmbient(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const path = sourcePath(context);
  if (path === undefined || path.startsWith("src/os/")) return {};
  const report = (node: Deno.lint.Node, name: string) =>
    context.report({
      node,
      message: `${name} is ambient time or chance`,
      hint: "Take it as an argument or from a port; only src/os/ asks the machine",
    });
  return {
    CallExpression(node) {
      const name = withoutGlobal(dottedName(node.callee));
      if (name !== undefined && AMBIENT_CALLS.has(name)) report(node, name);
    },
    NewExpression(node) {
      const name = withoutGlobal(dottedName(node.callee));
      if (name === "Date" && node.arguments.length === 0) report(node, "new Date()");
    },
  };
}

/** A program that ends in the middle of a file cannot be tested nor stopped gracefully. */
function noExit(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const path = sourcePath(context);
  if (path === undefined || path === "src/main.ts") return {};
  return {
    CallExpression(node) {
      const name = withoutGlobal(dottedName(node.callee));
      if (name !== "Deno.exit" && name !== "process.exit") return;
      context.report({
        node,
        message: `${name} outside src/main.ts`,
        hint: "Return an exit status; main.ts leaves with it",
      });
    },
  };
}

/** The lower floors decide and do nothing, so they need nothing of the machine. */
function pureRooms(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const path = sourcePath(context);
  if (path === undefined || !PURE.some((room) => path.startsWith(room))) return {};
  const report = (node: Deno.lint.Node, name: string) =>
    context.report({ node, message: `${name} in a pure room`, hint: "Return data; os/ acts" });
  return {
    MemberExpression(node) {
      const isDeno = node.object.type === "Identifier" && node.object.name === "Deno";
      if (isDeno) report(node, "Deno");
    },
    ImportDeclaration(node) {
      const from = node.source.value;
      const isDeed = PURE_MODULES.some((name) => from === name || from.startsWith(`${name}/`));
      if (isDeed) report(node, from);
    },
  };
}

/** A cast hides what the compiler could have told us. */
function noCast(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  if (sourcePath(context) === undefined) return {};
  const report = (node: Deno.lint.Node, type: Deno.lint.TypeNode) => {
    const isUnknownType = type.type === "TSUnknownKeyword";
    if (type.type !== "TSAnyKeyword" && type.type !== "TSNeverKeyword" && !isUnknownType) return;
    context.report({
      node,
      message: "A cast through any, never or unknown",
      hint: "Check the value at the border and let the type follow",
    });
  };
  return {
    TSAsExpression: (node) => report(node, node.typeAnnotation),
    TSTypeAssertion: (node) => report(node, node.typeAnnotation),
  };
}

/** Gives the path below the root for files of the product, nothing for tests and tools. */
function sourcePath(context: Deno.lint.RuleContext): string | undefined {
  const path = context.filename.startsWith(ROOT)
    ? context.filename.slice(ROOT.length)
    : context.filename;
  return path.startsWith("src/") ? path : undefined;
}

/** Writes `a.b.c` for identifiers and plain members; anything else has no name. */
function dottedName(node: Deno.lint.Expression | Deno.lint.Super): string | undefined {
  if (node.type === "Identifier") return node.name;
  if (node.type !== "MemberExpression") return undefined;
  const object = dottedName(node.object);
  if (object === undefined || node.property.type !== "Identifier" || node.computed) {
    return undefined;
  }
  return `${object}.${node.property.name}`;
}

function withoutGlobal(name: string | undefined): string | undefined {
  return name?.replace(/^(globalThis|window|self)\./, "");
}
