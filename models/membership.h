/*
 * What the resolver makes of a log, said a third time from the sentences of PROTOCOL sections 5 and 6, as predicates over
 * sets of operations. membership.pml plays all logs; the properties are in membership-properties.h.
 *
 * Sets are bit masks. "known" is a set of operations that is closed under pasts, "effective" what is effective in it.
 */
#include "rule.h"

/* The configuration: configurations.json gives other values. */
#ifndef MEMBERS
#define MEMBERS 4 /* numbered by seniority */
#endif
#ifndef ADMINS
#define ADMINS 3 /* members 0 to ADMINS - 1 begin as admins */
#endif
#ifndef JOINED
#define JOINED 4 /* members 0 to JOINED - 1 begin as members, the others outside */
#endif
#ifndef OPERATIONS
#define OPERATIONS 3 /* behind the beginning, which is one operation for each that joined */
#endif
#ifndef KINDS
#define KINDS "remove demote promote leave revoke invite revokeInvite admit rekey acknowledge"
#endif
#ifndef FORKS
#define FORKS 1 /* whether a device may write twice behind one operation of its own */
#endif

typedef unsigned char Set;
typedef unsigned char Op;
typedef unsigned char Member;
typedef enum { REMOVE, DEMOTE, PROMOTE, LEAVE, REVOKE, INVITE, REVOKE_INVITE, ADMIT, REKEY, ACKNOWLEDGE, KIND_COUNT } Kind;
#define NO_OP 255
#define NOTHING 0

typedef struct {
  unsigned char kind;
  Member author;
  Member subject; /* whom it is about; its author where it is about nobody */
  Op invite;      /* of admit and revokeInvite */
  Op previous;    /* the operation of the same device before it */
  Set past;       /* all that its author had heard of */
  /* What follows from its past alone. Of each set of grounds that is not empty one has to be effective (5.5). */
  bool needsAdmin;
  Set admission;
  Set role[MEMBERS];
} Operation;

typedef struct {
  unsigned char count;
  Operation at[OPERATIONS];
} Log;

#define each_op(log, op) for (Op op = 0; op < (log)->count; op++)
#define each_member(member) for (Member member = 0; member < MEMBERS; member++)
#define in(set, op) (((set) >> (op)) & 1)
#define only(op) ((Set)(1 << (op)))

static Set whole(const Log *log) { return (Set)((1 << log->count) - 1); }
static bool before(const Log *log, Op a, Op b) { return in(log->at[b].past, a); }
static bool concurrent(const Log *log, Op a, Op b) { return a != b && !before(log, a, b) && !before(log, b, a); }

static bool is_closed(const Log *log, Set set) {
  each_op(log, op) if (in(set, op) && (log->at[op].past & ~set)) return false;
  return true;
}

/* Those that no other of the set has in its past. */
static Set latest(const Log *log, Set set) {
  Set result = set;
  each_op(log, op) if (in(set, op)) result &= ~log->at[op].past;
  return result;
}

static int depth_of(const Log *log, Set past) {
  int result = 0;
  each_op(log, op) if (in(past, op) && depth_of(log, log->at[op].past) + 1 > result) result = depth_of(log, log->at[op].past) + 1;
  return result;
}

/* --- What effective operations say of people ---------------------------------------------------------------------------- */

static Set of_kind(const Log *log, Set set, Kind kind) {
  Set result = NOTHING;
  each_op(log, op) if (in(set, op) && log->at[op].kind == kind) result |= only(op);
  return result;
}

static Set about(const Log *log, Set set, Member subject) {
  Set result = NOTHING;
  each_op(log, op) if (in(set, op) && log->at[op].subject == subject) result |= only(op);
  return result;
}

static Set admissions(const Log *log, Set effective, Member member) { return about(log, of_kind(log, effective, ADMIT), member); }

/* 5.6: removals and departures that no admission undid. */
static Set departures(const Log *log, Set effective, Member member) {
  Set gone = about(log, of_kind(log, effective, REMOVE) | of_kind(log, effective, LEAVE), member);
  Set back = admissions(log, effective, member);
  each_op(log, op) if (in(back, op)) gone &= ~log->at[op].past;
  return gone;
}

static bool was_removed(const Log *log, Set effective, Member member) { return of_kind(log, departures(log, effective, member), REMOVE) != NOTHING; }

static bool is_member(const Log *log, Set effective, Member member) {
  return (member < JOINED || admissions(log, effective, member)) && !departures(log, effective, member);
}

/* The last operations that gave the member a role; none: that of the beginning. */
static Set roles(const Log *log, Set effective, Member member) {
  return latest(log, about(log, of_kind(log, effective, PROMOTE) | of_kind(log, effective, DEMOTE) | of_kind(log, effective, ADMIT), member));
}

/* 5.8: of roles given at the same time the lower wins. An admission gives that of a member. */
static bool has_admin_role(const Log *log, Set effective, Member member) {
  Set given = roles(log, effective, member);
  return given == NOTHING ? member < ADMINS : (given & ~of_kind(log, given, PROMOTE)) == NOTHING;
}

/* 5.11: operations of a device that share the one before: it is in two hands. */
static bool is_fork(const Log *log, Op a, Op b) {
  const Operation *x = &log->at[a], *y = &log->at[b];
  return x->author == y->author && x->previous == y->previous && x->kind != REVOKE && y->kind != REVOKE && concurrent(log, a, b);
}

static bool is_forked(const Log *log, Set known, Member member) {
  each_op(log, a) each_op(log, b)
    if (a < b && in(known, a) && in(known, b) && log->at[a].author == member && is_fork(log, a, b)) return true;
  return false;
}

/* A member acts with one device. A second one lies in a drawer, and can do nothing but revoke the first. */
static bool has_revoked(const Log *log, Set effective, Member member) { return about(log, of_kind(log, effective, REVOKE), member) != NOTHING; }

/* 5.13: a device that forked counts as revoked. */
static bool can_act(const Log *log, Set known, Set effective, Member member) {
  return !has_revoked(log, effective, member) && !(rule("5.13") && is_forked(log, known, member));
}

static bool has_device(const Log *log, Set known, Set effective, Member member) {
  return has_revoked(log, effective, member) || !is_forked(log, known, member);
}

static bool was_demoted(const Log *log, Set effective, Member member) { return of_kind(log, roles(log, effective, member), DEMOTE) != NOTHING; }

/* 5.7: an admin by role; where no admin has a device, the senior member that has one, those from whom the role was taken after all others. */
static bool is_admin(const Log *log, Set known, Set effective, Member member) {
  if (!is_member(log, effective, member)) return false;
  if (has_admin_role(log, effective, member)) return true;
  if (rule("5.7 devices") && !has_device(log, known, effective, member)) return false;
  const bool demoted = was_demoted(log, effective, member);
  each_member(other) {
    if (other == member || !is_member(log, effective, other)) continue;
    if (rule("5.7 devices") && !has_device(log, known, effective, other)) continue;
    if (has_admin_role(log, effective, other)) return false;
    const bool other_demoted = was_demoted(log, effective, other);
    if (other_demoted == demoted ? other < member : demoted) return false;
  }
  return true;
}

/* 5.34: removals, departures and revocations close all invites that were not made behind them. */
static Set closing_invites(const Log *log, Set set) {
  return (rule("5.34") ? of_kind(log, set, REMOVE) : NOTHING) | of_kind(log, set, LEAVE) | of_kind(log, set, REVOKE);
}

static bool is_open(const Log *log, Set known, Set effective, Op invite) {
  if (!in(of_kind(log, effective, INVITE), invite)) return false;
  const Set used = of_kind(log, effective, REVOKE_INVITE) | of_kind(log, effective, ADMIT);
  each_op(log, op) if (in(used, op) && log->at[op].invite == invite) return false;
  if (closing_invites(log, effective) & ~log->at[invite].past) return false;
  each_member(member) if (is_member(log, effective, member) && is_forked(log, known, member)) return false; /* 5.14 */
  return true;
}

/* --- What is effective -------------------------------------------------------------------------------------------------- */

static Set effective_of(const Log *log, Set known, bool backwards);

/* 5.2: a majority of the other admins of the common past (of all others where there is no other) wrote behind r and not behind q. */
static bool is_acknowledged(const Log *log, Set known, Op r, Op q) {
  const Operation *x = &log->at[r], *y = &log->at[q];
  const Set common = x->past & y->past;
  int signers = 0, admins = 0, admins_for = 0, others = 0, others_for = 0;
  each_op(log, op) if (in(known, op) && before(log, r, op) && !before(log, q, op)) signers |= 1 << log->at[op].author;
  if (signers == 0) return false;
  const Set effective = effective_of(log, common, false);
  each_member(member) {
    if (member == x->author || member == x->subject || member == y->author || member == y->subject) continue;
    if (!is_member(log, effective, member)) continue;
    others++;
    others_for += in(signers, member);
    if (!is_admin(log, common, effective, member)) continue;
    admins++;
    admins_for += in(signers, member);
  }
  return admins > 0 ? admins_for * 2 > admins : others_for * 2 > others;
}

static bool counts_as_acknowledged(const Log *log, Set known, Op r, Op q) { return rule("5.2") && is_acknowledged(log, known, r, q); }

/* 5.3, the first half: q removes r's author or takes the right that r needs. */
static bool is_aimed_at(const Log *log, Op q, Op r) {
  const Operation *x = &log->at[q], *y = &log->at[r];
  if (x->kind == REMOVE && x->subject == y->author) return true;
  if (x->kind == REVOKE && x->author == y->author && y->kind != REVOKE) return true;
  if (x->kind == DEMOTE && x->subject == y->author && y->needsAdmin) return true;
  if (y->kind != ADMIT || y->invite == NO_OP) return false;
  return in(closing_invites(log, only(q)), q) || (x->kind == REVOKE_INVITE && x->invite == y->invite);
}

/* 5.51: q was filtered where r was written, and nothing behind it gave again what it takes. */
static bool counts_again(const Log *log, Op q, Op r) {
  const Operation *x = &log->at[q], *y = &log->at[r];
  if (!rule("5.51") || !before(log, q, r)) return false;
  const bool removes = x->kind == REMOVE && x->subject == y->author;
  const bool closes = y->kind == ADMIT && y->invite != NO_OP && (x->kind == REVOKE_INVITE ? x->invite == y->invite : in(closing_invites(log, only(q)), q));
  const bool demotes = x->kind == DEMOTE && x->subject == y->author && y->needsAdmin;
  const bool revokes = x->kind == REVOKE && x->author == y->author && y->kind != REVOKE;
  if (!removes && !closes && !demotes && !revokes) return false;
  const Set effective = effective_of(log, y->past, false);
  if (in(effective, q)) return false;
  Set behind = NOTHING;
  each_op(log, op) if (before(log, q, op)) behind |= only(op);
  return revokes || (removes && !(y->admission & behind)) || (closes && !in(behind, y->invite)) ||
         (demotes && !(roles(log, effective, y->author) & behind));
}

/* Whether an operation takes from a member: the membership, the role, the device. */
static bool takes_from(const Log *log, Op op, Member member) {
  const Operation *x = &log->at[op];
  return ((x->kind == REMOVE || x->kind == DEMOTE) && x->subject == member) || (x->kind == REVOKE && x->author == member);
}

/* 5.12: at the same time as q something took from r's author that has r in its past. What a member gave is not taken back by forking afterwards. */
static bool is_late_fork(const Log *log, Set known, Op q, Op r) {
  each_op(log, taking)
    if (in(known, taking) && before(log, r, taking) && concurrent(log, taking, q) && takes_from(log, taking, log->at[r].author)) return true;
  return false;
}

/* 5.12: r is on a branch of a fork, and q begins the other one. */
static bool begins_other_branch(const Log *log, Set known, Op q, Op r) {
  if (log->at[r].kind == REVOKE || (rule("5.12") && is_late_fork(log, known, q, r))) return false;
  for (Op link = r; link != NO_OP; link = log->at[link].previous) if (is_fork(log, link, q)) return true;
  return false;
}

/* 5.47: q revokes the device that wrote r, and at the same time another member takes from that of both, not before r. */
static bool is_late_revocation(const Log *log, Set known, Op q, Op r) {
  const Member author = log->at[r].author;
  if (!rule("5.47") || log->at[q].kind != REVOKE || log->at[q].author != author) return false;
  each_op(log, taking) {
    if (log->at[taking].author == author || before(log, taking, r)) continue;
    if (in(known, taking) && concurrent(log, taking, q) && takes_from(log, taking, author)) return true;
  }
  return false;
}

static bool takes(const Log *log, Op op) {
  const Kind kind = log->at[op].kind;
  return kind == REMOVE || kind == DEMOTE || kind == REVOKE || kind == REVOKE_INVITE;
}

/* 5.5: the parts of a right. */
#define each_ground(log, op, ground)                                                                                            \
  for (int part = 0; part < MEMBERS + 2; part++)                                                                                \
    for (Set ground = part_of_right(log, op, part), once = 1; once; once = 0)
static Set part_of_right(const Log *log, Op op, int part) {
  const Operation *x = &log->at[op];
  if (part < MEMBERS) return x->role[part];
  if (part == MEMBERS) return x->admission;
  return x->kind == ADMIT && x->invite != NO_OP ? only(x->invite) : NOTHING;
}

static bool rests_on_filtered(const Log *log, Op op, Set undecided, Set effective) {
  if (!rule("5.5")) return false;
  each_ground(log, op, ground) if (ground && !(ground & (undecided | effective))) return true;
  return false;
}

static bool rests_on_effective(const Log *log, Op op, Set effective) {
  if (!rule("5.5")) return true;
  each_ground(log, op, ground) if (ground && !(ground & effective)) return false;
  return true;
}

/* 5.4. "backwards" asks for the same in another order, for the property that the order is nothing. */
static Set effective_of(const Log *log, Set known, bool backwards) {
  Set conflicting[OPERATIONS], hangs_on[OPERATIONS];
  Set undecided = known, effective = NOTHING;
  each_op(log, r) {
    conflicting[r] = NOTHING;
    each_op(log, q) {
      if (!in(known, r) || !in(known, q)) continue;
      if (counts_again(log, q, r) && !is_late_revocation(log, known, q, r)) conflicting[r] |= only(q);
      if (!concurrent(log, q, r)) continue;
      const bool branch = begins_other_branch(log, known, q, r);
      if (!branch && (!is_aimed_at(log, q, r) || is_late_revocation(log, known, q, r))) continue;
      if (counts_as_acknowledged(log, known, r, q)) continue;
      if (branch) undecided &= ~only(r);
      else conflicting[r] |= only(q);
    }
  }
  each_op(log, r) conflicting[r] &= undecided; /* only what is on no filtered branch conflicts */
  while (undecided) {
    const Set was = undecided;
    each_op(log, i) {
      const Op op = backwards ? log->count - 1 - i : i;
      if (!in(undecided, op)) continue;
      if ((conflicting[op] & effective) || rests_on_filtered(log, op, undecided, effective)) undecided &= ~only(op);
      else if (!(conflicting[op] & undecided) && rests_on_effective(log, op, effective)) undecided &= ~only(op), effective |= only(op);
    }
    if (undecided != was) continue;
    if (!rule("5.4 order")) { /* off: of a cycle what was there first is effective */
      Op first = NO_OP;
      each_op(log, op) if (in(undecided, op) && (first == NO_OP || backwards)) first = op;
      undecided &= ~only(first), effective |= only(first);
      continue;
    }
    /* What each fate hangs on, however far; and a cycle on which nothing else undecided bears. */
    each_op(log, op) {
      hangs_on[op] = conflicting[op];
      each_ground(log, op, ground) hangs_on[op] |= ground;
      hangs_on[op] = in(undecided, op) ? hangs_on[op] & undecided : NOTHING;
    }
    each_op(log, middle) each_op(log, op) if (in(hangs_on[op], middle)) hangs_on[op] |= hangs_on[middle];
    Set cycle = NOTHING, taking = NOTHING, overruled = NOTHING;
    each_op(log, op) {
      if (cycle || !in(undecided, op)) continue;
      cycle = hangs_on[op];
      each_op(log, other) if (in(hangs_on[op], other) && !in(hangs_on[other], op)) cycle = NOTHING;
    }
    each_op(log, op) if (in(cycle, op) && takes(log, op)) taking |= only(op);
    if (!rule("5.4 takes")) { /* off, as it was once: what does not remove is filtered, and the rest looked at again */
      const Set gentle = cycle & ~of_kind(log, cycle, REMOVE);
      undecided &= gentle ? ~gentle : ~cycle;
      if (!gentle) effective |= cycle;
      continue;
    }
    each_op(log, op) each_op(log, other)
      if (in(cycle, op) && in(conflicting[op] & cycle, other) && (before(log, other, op) || counts_as_acknowledged(log, known, other, op))) overruled |= only(op);
    if (overruled && (taking & ~overruled)) undecided &= ~overruled;
    else undecided &= ~cycle, effective |= taking;
  }
  return effective;
}

/* The same of one log is asked again and again: of each set it is decided once. */
static Set effective_once(const Log *log, Set known, bool backwards) {
  static Log of;
  static bool is_known[1 << OPERATIONS];
  static Set effective[1 << OPERATIONS];
  if (backwards) return effective_of(log, known, backwards);
  if (memcmp(&of, log, sizeof of) != 0) of = *log, memset(is_known, 0, sizeof is_known);
  if (!is_known[known]) effective[known] = effective_of(log, known, false), is_known[known] = true;
  return effective[known];
}
#define effective_of effective_once

/* --- Epochs (section 6) ------------------------------------------------------------------------------------------------- */

/* 6.1, 6.5: the maximal rekeying operations; none: the epoch of the beginning. */
static Set rekeyings(const Log *log, Set effective) { return latest(log, of_kind(log, effective, REMOVE) | of_kind(log, effective, REKEY)); }

static bool is_members_device(const Log *log, Set known, Set effective, Member member) {
  return is_member(log, effective, member) && can_act(log, known, effective, member);
}

/* Whether the secret that "fresh" drew was handed to a device that is no member's. */
static bool is_secret_of_others(const Log *log, Set known, Set effective, Op fresh) {
  const Set then = log->at[fresh].past | only(fresh);
  const Set effective_then = effective_of(log, then, false);
  each_member(member)
    if (is_members_device(log, then, effective_then, member) && !is_members_device(log, known, effective, member)) return true;
  return false;
}

/* Whether a member was none at "fresh", and is one again though nothing let it in since. */
static bool is_secret_kept_from_member(const Log *log, Set known, Set effective, Op fresh) {
  const Set then = log->at[fresh].past | only(fresh);
  const Set effective_then = effective_of(log, then, false);
  each_member(member) {
    if (is_members_device(log, then, effective_then, member) || !is_members_device(log, known, effective, member)) continue;
    if ((admissions(log, effective, member) & ~then) == NOTHING) return true;
  }
  return false;
}

/*
 * 6.8: whether a member or a device went without a fresh secret, or one was handed to an account whose admission was filtered, or
 * to one that is no member since other operations are effective than it seemed, or was kept from one that is.
 */
static bool is_rekey_needed(const Log *log, Set known, Set effective) {
  Set owed = NOTHING;
  if (rule("6.8 leave")) owed |= of_kind(log, effective, LEAVE);
  if (rule("6.8 revoke")) owed |= of_kind(log, effective, REVOKE);
  if (rule("6.8 admission")) {
    owed |= of_kind(log, known, ADMIT) & ~effective;
    each_op(log, op) {
      const Operation *x = &log->at[op];
      if (x->kind != ADMIT || !in(latest(log, admissions(log, effective, x->subject)), op) || can_act(log, known, effective, x->subject)) continue;
      if (can_act(log, x->past, effective_of(log, x->past, false), x->subject)) owed |= only(op); /* its device went at the same time */
    }
  }
  each_op(log, a) each_op(log, b)
    if (rule("5.14") && in(known, a) && in(known, b) && is_fork(log, a, b) && is_member(log, effective, log->at[a].author)) owed |= only(a);
  const Set fresh = of_kind(log, effective, REMOVE) | of_kind(log, effective, REKEY);
  each_op(log, op) if (in(fresh, op)) owed &= ~log->at[op].past;
  if (rule("6.8 then")) each_op(log, op) if (in(rekeyings(log, effective), op) && is_secret_of_others(log, known, effective, op)) owed |= only(op);
  each_op(log, op) if (in(rekeyings(log, effective), op) && is_secret_kept_from_member(log, known, effective, op)) owed |= only(op);
  return owed != NOTHING;
}
