/* Makes quicker what already works without it. Each module looks for its own data-* attributes and does nothing
   where there are none. */

import { startBoard } from "./board.js";
import { startCalls } from "./calls.js";
import { startDrafts } from "./drafts.js";
import { startHints } from "./hints.js";
import { startLive } from "./live.js";
import { startMenus } from "./menus.js";
import { startNotices } from "./notices.js";
import { startProgress } from "./progress.js";
import { startShortcuts } from "./shortcuts.js";
import { startSuggestions } from "./suggest.js";
import { startTaking } from "./taking.js";

startBoard();
startCalls(document);
startMenus(document);
startNotices(document);
startProgress(document);
startShortcuts(document);
startHints(document);
startSuggestions(document);
startLive(document);
startDrafts(document);
startTaking(document);
