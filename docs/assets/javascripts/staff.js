/* The staff course: practice, cases, cards and record. One module each; they share one state (staff-base.js). */

import "./staff-practice.js";
import "./staff-cases.js";
import "./staff-cards.js";
import "./staff-record.js";
