// Writes src/os/exec_images.ts: the init of `runner exec` as machine code, so that no start has to make it.
import { ARM64_ENCODER } from "../src/os/exec_arm64.ts";
import { execImage } from "../src/os/exec_image.ts";
import { initProgram } from "../src/os/exec_init.ts";
import { X64_ENCODER } from "../src/os/exec_x64.ts";

const OUTPUT = new URL("../src/os/exec_images.ts", import.meta.url);

/** The text of the file. */
export function imagesFile(): string {
  const images = { x86_64: X64_ENCODER, aarch64: ARM64_ENCODER };
  return [
    "// The init of `runner exec` as machine code, in base64: a table made by tools/exec_images.ts from exec_init.ts.",
    "",
    "/** By processor, as `Deno.build.arch` has it. */",
    "export const EXEC_IMAGES = {",
    ...Object.entries(images).flatMap(([arch, encoder]) => [
      `  ${arch}:`,
      `    "${execImage(initProgram(), encoder).toBase64()}",`,
    ]),
    "} as const;",
    "",
  ].join("\n");
}

if (import.meta.main) {
  Deno.writeTextFileSync(OUTPUT, imagesFile());
  console.error(`exec_images: wrote ${OUTPUT.pathname}`);
}
