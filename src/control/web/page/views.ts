// The second script of the page, loaded when somebody opens details or history for the first time: few visits do.
/// <reference lib="dom" />
export { detailElements } from "./detail_view.ts";
export { historyElements } from "./history_view.ts";
