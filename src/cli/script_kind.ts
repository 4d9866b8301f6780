// Tells by the text of a file of JavaScript whether it is a module of CommonJS.
import { Script } from "node:vm";
import { parse } from "es-module-lexer";

/** What only a module of CommonJS finds around it. */
const ITS_WORDS = /(?<![.\w$])(?:require\s*\(|module\.exports\b|exports\.\w|__(?:dir|file)name\b)/;

/** Whether a text is of CommonJS: it has the words, and nothing that only ES modules may have. */
export function isCommonText(text: string): boolean {
  return ITS_WORDS.test(text) && !hasModuleSyntax(text) && isBodyOfFunction(text);
}

function hasModuleSyntax(text: string): boolean {
  try {
    const [imports, exports] = parse(text);
    // Those that are 0 or more are dynamic imports, which either kind has.
    return exports.length > 0 || imports.some(({ d }) => d < 0);
  } catch (error) {
    // What is no JavaScript is for the runtime to say.
    if (error instanceof Error) return true;
    throw error;
  }
}

/** An `await` at the top is none of CommonJS. */
function isBodyOfFunction(text: string): boolean {
  try {
    new Script(`(function(){${text.replace(/^(?:\uFEFF)?#!.*/, "")}\n})`);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
