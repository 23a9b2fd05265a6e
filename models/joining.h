/* The steps of joining: who writes what, what reaches whom, and who is handed keys. */
#define MEMBERS 5
#define ADMINS 1
#define FORKS 0
#ifndef JOINED
#define JOINED 4 /* 5: Nora was a member, and Alice removed her */
#endif
#ifndef OPERATIONS
#define OPERATIONS 4
#endif
#ifndef ROTATES
#define ROTATES 1 /* 0: only a new epoch makes a new key */
#endif
#include "membership.h"

#include "membership-properties.h"
#include "membership-turns.h"

enum { ALICE, BEN, MALLORY, REX, NORA };
typedef unsigned char Members; /* a set, as a bit mask */

/* The sender key of a member, which lasts for an epoch, and who was handed it. */
typedef struct {
  bool made;
  Set epoch;
  Members holders;
} Key;

typedef struct {
  Log log;
  Op link;           /* the invite that Nora's link is of */
  Set unentitled;    /* written by a member that had no right to it */
  Set has[MEMBERS];  /* what an honest device has of the log: Alice's, Ben's, Nora's */
  Key key[MEMBERS];  /* Ben's and Nora's */
  Members prompt;    /* of Alice and Ben, who answers Nora in time */
  Members answered;  /* who has */
  Members gone;      /* whom a prompt one knew as removed when Nora was first admitted */
  bool entered;      /* Nora believes a welcome */
  bool introduced;   /* its wait is over, and it has handed out its key */
} Joining;

/* What happened in the last step, for the properties. */
static struct {
  Member welcomed_by, handed_by, sent_by; /* NOBODY: none */
} act;
#define NOBODY MEMBERS

typedef enum { WRITE, ENTER, ANSWER, INTRODUCE, SEND } Event;
typedef struct {
  Event event;
  Member by;
  Set has;   /* of the log, from here on: what its device had, and what reached it since */
  Turn turn; /* of WRITE */
} Step;

static Set effective_in(const Joining *j, Set known) { return effective_of(&j->log, known & ~j->unentitled, false); }
static bool is_in(const Joining *j, Set known, Member member) { return is_member(&j->log, effective_in(j, known), member); }
static bool needs_rekey(const Joining *j, Set known) {
  const Set effective = effective_in(j, known), current = rekeyings(&j->log, effective);
  return is_rekey_needed(&j->log, known, effective) || (current & (current - 1));
}

static void write_turn(Joining *j, Turn turn, bool entitled) {
  if (!entitled) j->unentitled |= only(j->log.count);
  if (turn.kind == INVITE && j->link == NO_OP) j->link = j->log.count;
  if (turn.author != MALLORY) j->has[turn.author] = turn.heard | only(j->log.count);
  write_operation(&j->log, turn);
}

static void begin(Joining *j, Members prompt) {
  j->link = NO_OP;
  j->prompt = prompt;
  if (JOINED > NORA) {
    write_turn(j, (Turn){REMOVE, ALICE, NORA, NO_OP, NOTHING}, true);
    j->has[BEN] = j->has[NORA] = whole(&j->log);
  }
}

/* --- What may be done --------------------------------------------------------------------------------------------------- */

#define MOST_STEPS 1024
static Step steps[MOST_STEPS];
static int step_count;

static void may(Event event, Member by, Set has) { steps[step_count++] = (Step){event, by, has}; }
static void may_write(const Joining *j, Turn turn) {
  if (j->log.count < OPERATIONS) steps[step_count++] = (Step){WRITE, turn.author, turn.heard, turn};
}

/* What a device may have when it does something: the relay lets through what it likes. */
#define each_news(j, who, set)                                                                                                  \
  for (int set = (j)->has[who]; set <= whole(&(j)->log); set++)                                                                 \
    if (!((j)->has[who] & ~set) && is_closed(&(j)->log, set))

static bool is_right(const Joining *j, Turn turn) {
  turn.heard &= ~j->unentitled;
  return is_entitled(&j->log, turn);
}

/* 5.40: an honest device admits where its admission would be effective. Off: where the invite is open and Nora no member. */
static bool admits(const Joining *j, Turn turn) {
  if (rule("5.40")) return is_right(j, turn);
  return !is_in(j, turn.heard, NORA) && is_open(&j->log, turn.heard, effective_in(j, turn.heard), turn.invite);
}

/* What honest members write: behind all that they have. */
static void find_admissions(const Joining *j, Member who) {
  each_news(j, who, set) {
    const Turn admit = {ADMIT, who, NORA, j->link, (Set)set};
    if (j->link != NO_OP && in(set, j->link) && admits(j, admit)) may_write(j, admit);
  }
}

static void find_alices_turns(const Joining *j) {
  each_news(j, ALICE, set) {
    const Set heard = set;
    if (j->link == NO_OP) may_write(j, (Turn){INVITE, ALICE, ALICE, NO_OP, heard});
    const Turn revoke = {REVOKE_INVITE, ALICE, ALICE, j->link, heard};
    if (j->link != NO_OP && in(heard, j->link) && is_right(j, revoke)) may_write(j, revoke);
    for (Member subject = REX; subject >= MALLORY; subject--) {
      const Turn remove = {REMOVE, ALICE, subject, NO_OP, heard};
      if (is_right(j, remove)) may_write(j, remove);
    }
  }
}

/*
 * Mallory dates back as it likes. A second invite of its own is a copy of the link's, with the same key. 5.43: an admission by
 * that is none, as Nora did not sign for it.
 */
static void find_mallorys_turns(const Joining *j) {
  for (int heard = 0; heard <= whole(&j->log); heard++) {
    const Turn invite = {INVITE, MALLORY, MALLORY, NO_OP, (Set)heard};
    if (!has_heard(&j->log, invite)) continue;
    const bool first = own(&j->log, of_kind(&j->log, whole(&j->log), INVITE), MALLORY) == NOTHING;
    if ((j->link == NO_OP || (!rule("5.43") && first)) && is_right(j, invite)) may_write(j, invite);
    each_op(&j->log, op) {
      const Turn admit = {ADMIT, MALLORY, NORA, op, (Set)heard};
      if (j->log.at[op].kind != INVITE || !in(heard, op) || (rule("5.43") && op != j->link)) continue;
      if (is_right(j, admit)) may_write(j, admit);
    }
  }
}

/* 5.37: whether Nora asks a member: one that did not let it in. */
static bool is_asked(const Joining *j, Member who) {
  const Set admitted = admissions(&j->log, effective_in(j, j->has[NORA]), NORA);
  if (!is_in(j, j->has[NORA], who)) return false;
  each_op(&j->log, op) if (in(admitted, op) && j->log.at[op].author == who) return false;
  return rule("5.37 inviter") || j->log.at[j->link].author != who;
}

/* 5.37: the moment leaves those time that answer promptly. Without it the first to agree ends the wait, which may be Mallory or Rex. */
static bool is_wait_over(const Joining *j) {
  if (!rule("5.37")) return true;
  if (!rule("5.37 moment") && (is_asked(j, MALLORY) || is_asked(j, REX))) return true;
  for (Member who = ALICE; who <= BEN; who++) if (in(j->prompt, who) && is_asked(j, who) && !in(j->answered, who)) return false;
  return true;
}

/* Those that welcome Nora leave out what they like, so long as it is a member by the rest. */
static void find_noras_steps(const Joining *j) {
  if (!j->entered) {
    each_news(j, NORA, set) if (j->link != NO_OP && is_in(j, set, NORA)) may(ENTER, NORA, set);
    return;
  }
  if (j->introduced || !is_in(j, j->has[NORA], NORA)) return;
  for (Member who = ALICE; who <= BEN; who++)
    if (in(j->prompt, who) && is_asked(j, who) && !in(j->answered, who)) each_news(j, who, set) may(ANSWER, who, set);
  if (is_wait_over(j)) each_news(j, NORA, set) if (is_in(j, set, NORA)) may(INTRODUCE, NORA, set);
}

/* 6.9: where a rekey is needed that comes first. */
static void find_messages(const Joining *j, Member who) {
  if (who == NORA && !j->introduced) return;
  each_news(j, who, set) {
    if (!is_in(j, set, who)) continue;
    if (rule("6.9") && needs_rekey(j, set)) may_write(j, (Turn){REKEY, who, who, NO_OP, (Set)set});
    else may(SEND, who, set);
  }
}

static int find_steps(const Joining *j) {
  const bool more = j->log.count < OPERATIONS;
  step_count = 0;
  find_noras_steps(j);
  if (more) find_alices_turns(j);
  if (more) find_mallorys_turns(j);
  if (more) find_admissions(j, BEN);
  if (more) find_admissions(j, ALICE);
  find_messages(j, BEN);
  find_messages(j, NORA);
  return step_count;
}

/* --- What follows from it ----------------------------------------------------------------------------------------------- */

/* A key goes to the members by what its owner has. 3.24: there is another at a new epoch, and where one that is none has it. */
static void hand_key(Joining *j, Member who) {
  Key *key = &j->key[who];
  const Set epoch = rekeyings(&j->log, effective_in(j, j->has[who]));
  Members recipients = 0;
  each_member(other) if (other != who && is_in(j, j->has[who], other)) recipients |= 1 << other;
  const bool is_due = key->epoch != epoch || (ROTATES && (key->holders & ~recipients));
  if (!key->made || (rule("3.24") && is_due)) *key = (Key){true, epoch, 0};
  key->holders |= recipients;
  act.handed_by = who;
}

/*
 * Whether a member takes Nora for one that an admission names. What others say is dropped. 5.49: where the admission cannot be placed
 * Nora is asked for what is before it, also where a former member wrote it.
 */
static bool is_named(const Joining *j, Member who) {
  const Set known = of_kind(&j->log, j->has[who], ADMIT), shown = admissions(&j->log, effective_in(j, j->has[NORA]), NORA);
  if (known || !rule("5.37 shown")) return known != NOTHING;
  each_op(&j->log, op) {
    if (!in(shown, op)) continue;
    if (!(j->log.at[op].past & ~j->has[who])) return true;
    if (rule("5.49") && (rule("5.49 former") || is_in(j, j->has[who], j->log.at[op].author))) return true;
  }
  return false;
}

/* Nora shows a member its admission and compares logs with it. 5.45: one that is out by its log sends what closed the invite. */
static void answer(Joining *j, Member who) {
  j->answered |= 1 << who;
  if (!is_named(j, who)) return;
  j->has[who] |= j->has[NORA];
  if (is_in(j, j->has[who], NORA)) {
    j->has[NORA] |= j->has[who];
    return;
  }
  if (!rule("5.45")) return;
  const Set ends = of_kind(&j->log, j->has[who], REMOVE) | of_kind(&j->log, j->has[who], REVOKE_INVITE);
  const Set admitted = admissions(&j->log, effective_in(j, j->has[NORA]), NORA);
  Set sent = NOTHING;
  each_op(&j->log, end) each_op(&j->log, op)
    if (in(ends, end) && in(admitted, op) && concurrent(&j->log, end, op)) sent |= j->log.at[end].past | only(end);
  j->has[NORA] |= sent;
}

static void admitted(Joining *j) {
  if (of_kind(&j->log, whole(&j->log), ADMIT)) return;
  for (Member who = ALICE; who <= BEN; who++)
    each_member(other) if (in(j->prompt, who) && other < JOINED && !is_in(j, j->has[who], other)) j->gone |= 1 << other;
}

static void take_step(Joining *j, const Step *step) {
  act.welcomed_by = act.handed_by = act.sent_by = NOBODY;
  if (step->by != MALLORY) j->has[step->by] = step->has;
  switch (step->event) {
    case WRITE:
      if (step->turn.kind == ADMIT) admitted(j);
      if (step->turn.kind == ADMIT && step->by != MALLORY) act.welcomed_by = step->by; /* with the current secrets (5.35) */
      write_turn(j, step->turn, is_right(j, step->turn));
      break;
    case ENTER: j->entered = true; break;
    case ANSWER: answer(j, step->by); break;
    case INTRODUCE: j->introduced = true, hand_key(j, NORA); break;
    case SEND: hand_key(j, step->by), act.sent_by = step->by; break;
  }
}

/* A step, for tests that play it on real devices. */
static void print_beginning(const Joining *j) { printf("EVENT begin prompt=%d operations=%d\n", j->prompt, j->log.count); }

static void print_step(const Joining *j, const Step *step) {
  static const char *const names[] = {"", "enter", "answer", "introduce", "send"};
  if (step->event != WRITE) printf("EVENT %s by=%d heard=%d\n", names[step->event], step->by, step->has);
  else printf("EVENT %s by=%d about=%d heard=%d invite=%d\n", KIND_NAMES[step->turn.kind], step->by, step->turn.subject, step->turn.heard, step->turn.invite);
}
