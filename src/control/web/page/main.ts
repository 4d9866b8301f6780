// Begins the page. The theme comes first: a page that is light for a moment at night is unkind.
/// <reference lib="dom" />
import { App } from "./app.ts";
import { Link } from "./link.ts";
import { recallTheme } from "./theme.ts";

recallTheme();
addEventListener("DOMContentLoaded", () => {
  const app = new App();
  app.begin();
  new Link(app).open();
});
