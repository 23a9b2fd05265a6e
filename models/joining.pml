/*
 * Joining (PROTOCOL sections 5 and 6): an invite, an admission, a welcome, and first messages.
 *
 * Alice (admin) and Ben are honest. Mallory and Rex are not, and Alice may remove either. Nora joins by a link of Alice's or of
 * Mallory's. The relay is Mallory's too: what was written reaches the others whenever it likes, or never, and a request to join
 * is shown to all whenever it likes. So all steps are free, in any order.
 *
 * membership.h          what is effective in a log: the same rules as in the other model
 * joining.h             who does what: the steps
 * joining-properties.h  what has to be so after every step
 */
c_decl {
\#include "joining.h"
\#include "joining-properties.h"
}

c_state "Joining joining" "Global"
int count, choice

init {
  c_code { memset(&now.joining, 0, sizeof now.joining); };
  /* Which of Alice and Ben answer Nora in time. */
  do :: choice < 3 -> choice++ :: break od;
  c_code { begin(&now.joining, now.choice); if (readtrail) print_beginning(&now.joining); now.choice = 0; };
  do
  :: atomic {
       c_code { now.count = find_steps(&now.joining); now.choice = 0; };
       count > 0;
       do :: choice < count - 1 -> choice++ :: break od;
       c_code {
         find_steps(&now.joining);
         if (readtrail) print_step(&now.joining, &steps[now.choice]);
         take_step(&now.joining, &steps[now.choice]);
         now.choice = 0;
         now.count = broken_joining(&now.joining) == NULL ? 0 : -1;
       };
       assert(count >= 0)
     }
  od
}
