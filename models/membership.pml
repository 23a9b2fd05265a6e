/*
 * Membership and epochs as a game (PROTOCOL sections 5 and 6).
 *
 * A group of up to four members has a log. A turn: a member has heard of a part of it, and writes an operation behind that.
 * Who, which part and which operation is free: so every log of up to OPERATIONS operations behind the group's beginning is
 * played, with members that were cut off, hold back, date back, or write in two hands.
 *
 * membership.h            what is effective in a log, and what follows: the rules
 * membership-turns.h      who may write what: the moves
 * membership-properties.h what has to be so in every log
 */
c_decl {
\#include "membership.h"
\#include "membership-properties.h"
\#include "membership-turns.h"
}

c_state "Log log" "Global"
int count, choice

init {
  c_code { memset(&now.log, 0, sizeof now.log); };
  do
  :: atomic {
       c_code { now.count = turns_of(&now.log)->count; now.choice = 0; };
       count > 0;
       do :: choice < count - 1 -> choice++ :: break od;
       c_code {
         write_operation(&now.log, turns_of(&now.log)->at[now.choice]);
         now.choice = 0;
         now.count = 0;
         const char *broken = broken_property(&now.log);
         if (broken != NULL) { print_log(&now.log, broken); now.count = -1; }
       };
       assert(count >= 0)
     }
  od
}
