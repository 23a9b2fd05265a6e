/* What has to be so in every log. Each has a configuration with a rule off in which it must fail (configurations.json). */

typedef struct {
  const Log *log;
  Set known;
  Set effective;
} View;

static View view_of(const Log *log, Set known) { return (View){log, known, effective_of(log, known, false)}; }
static View view_behind(const Log *log, Op op) { return view_of(log, log->at[op].past | only(op)); }

/* An operation that none was written behind: it could have come at any later time, whatever it claims. */
static bool is_last(const Log *log, Op op) {
  each_op(log, other) if (before(log, op, other)) return false;
  return true;
}

/* Whether it is by this operation that a majority acknowledged one over another. */
static bool is_decisive_word(const Log *log, Set known, Op op) {
  each_op(log, r) each_op(log, q) {
    if (!before(log, r, op) || before(log, q, op) || !in(known, q) || !concurrent(log, q, r)) continue;
    if (is_acknowledged(log, known, r, q) && !is_acknowledged(log, known & ~only(op), r, q)) return true;
  }
  return false;
}

/* The order in which operations came is nothing. */
static bool equal_sets_give_equal_rosters(View now) { return effective_of(now.log, now.known, true) == now.effective; }

/* Whether the member is without what the operation took. */
static bool is_without(View now, Op taking, Member member) {
  switch (now.log->at[taking].kind) {
    case REMOVE: return !is_member(now.log, now.effective, member);
    case DEMOTE: return !has_admin_role(now.log, now.effective, member);
    default: return !can_act(now.log, now.known, now.effective, member);
  }
}

/* A later operation of a member from whom something took does not make that filtered, and give back what it took. */
static bool whatever_took_stays(View now, bool but_by_words) {
  const Log *log = now.log;
  each_op(log, op) {
    const Member author = log->at[op].author;
    if (!is_last(log, op) || !is_member(log, now.effective, author)) continue;
    const Set earlier = effective_of(log, now.known & ~only(op), false);
    each_op(log, taking) {
      if (taking == op || !in(earlier, taking) || !takes_from(log, taking, author) || in(now.effective, taking)) continue;
      if (is_without(now, taking, author)) continue;
      if (but_by_words && is_decisive_word(log, now.known, op)) continue;
      return false;
    }
  }
  return true;
}

/* Left out is that its word counts where a majority decides, whatever takes from it elsewhere. */
static bool what_took_stays(View now) { return whatever_took_stays(now, true); }
static bool what_took_stays_whatever_was_said(View now) { return whatever_took_stays(now, false); }

/* Where a majority acknowledged over it what took from its author, it takes nothing from anybody. */
static bool the_taken_take_nothing(View now) {
  const Log *log = now.log;
  each_op(log, op) {
    const Member author = log->at[op].author;
    if (!is_last(log, op) || is_forked(log, now.known, author) || is_decisive_word(log, now.known, op)) continue;
    const Set rest = now.known & ~only(op);
    const Set earlier = effective_of(log, rest, false);
    each_op(log, taking) {
      if (!in(earlier, taking) || !takes_from(log, taking, author) || !concurrent(log, taking, op)) continue;
      if (!is_aimed_at(log, taking, op) || !is_acknowledged(log, now.known, taking, op)) continue;
      each_member(other) {
        if (other == author || !is_member(log, earlier, other)) continue;
        if (!is_member(log, now.effective, other)) return false;
        if (has_admin_role(log, earlier, other) && !has_admin_role(log, now.effective, other)) return false;
      }
    }
  }
  return true;
}

/* What gives (an admission, a role, an invite) rests on what is effective itself. */
static bool a_right_that_is_gone_gives_nothing(View now) {
  const Log *log = now.log;
  each_op(log, op) {
    if (!in(now.effective, op) || takes(log, op)) continue;
    each_ground(log, op, ground) if (ground && !(ground & now.effective)) return false;
  }
  return true;
}

/* Only an admin admits an account again that a removal took out. */
static bool the_removed_need_an_admin(View now) {
  const Log *log = now.log;
  each_op(log, op) {
    const Operation *x = &log->at[op];
    if (x->kind != ADMIT || !in(now.effective, op)) continue;
    const View then = view_of(log, x->past);
    if (was_removed(log, then.effective, x->subject) && !is_admin(log, then.known, then.effective, x->author)) return false;
  }
  return true;
}

/* A removed member that kept an invite brings nobody in behind its removal. */
static bool a_removal_closes_invites(View now) {
  const Log *log = now.log;
  each_op(log, op) {
    if (!in(now.effective, op) || log->at[op].kind != ADMIT || log->at[op].invite == NO_OP) continue;
    if (of_kind(log, now.effective & log->at[op].past, REMOVE) & ~log->at[log->at[op].invite].past) return false;
  }
  return true;
}

/* A removed member writes nothing behind its removal that counts, also where that was filtered for a while. */
static bool none_writes_behind_their_removal(View now) {
  const Log *log = now.log;
  each_op(log, op) {
    const Operation *x = &log->at[op];
    if (!in(now.effective, op)) continue;
    if (x->past & of_kind(log, departures(log, now.effective & x->past, x->author), REMOVE)) return false;
  }
  return true;
}

/* A group in which a member has a device is not without one in charge that has. */
static bool one_with_a_device_is_in_charge(View now) {
  const Log *log = now.log;
  bool any = false;
  each_member(member) {
    if (!is_member(log, now.effective, member) || !has_device(log, now.known, now.effective, member)) continue;
    any = true;
    if (is_admin(log, now.known, now.effective, member)) return true;
  }
  return !any;
}

/* A device in two hands writes nothing more that counts. */
static bool forked_devices_write_nothing(View now) {
  const Log *log = now.log;
  each_op(log, op) {
    if (log->at[op].kind != REVOKE && in(now.effective, op) && is_forked(log, log->at[op].past, log->at[op].author)) return false;
  }
  return true;
}

/* 5.38: a device that wrote "op" hands keys to members, and not to one that it saw as removed and that was not admitted behind that. */
static bool is_recipient(View now, Op op, Member member) {
  const Log *log = now.log;
  if (!is_member(log, now.effective, member)) return false;
  if (!rule("5.38")) return true;
  Set seen = of_kind(log, departures(log, view_behind(log, op).effective, member), REMOVE);
  const Set again = admissions(log, now.effective, member);
  each_op(log, other) if (in(again, other)) seen &= ~log->at[other].past;
  return seen == NOTHING;
}

/* It fails closed: a removal that was seen and is filtered later lets nobody read again. */
static bool the_seen_removed_get_no_key(View now) {
  const Log *log = now.log;
  each_op(log, op) each_member(member) {
    const View then = view_behind(log, op);
    if (!was_removed(log, then.effective, member) || is_member(log, then.effective, member)) continue;
    const bool admitted = (admissions(log, now.effective, member) & ~then.known) != NOTHING;
    if (!admitted && is_recipient(now, op, member)) return false;
  }
  return true;
}

/* Whether the member's device was handed the secret that "fresh" drew (NO_OP: that of the beginning), with it or when it was admitted (5.35). */
static bool was_handed(const Log *log, Op fresh, Member member) {
  if (fresh == NO_OP) {
    if (member < JOINED) return true;
  } else {
    const View then = view_behind(log, fresh);
    if (is_member(log, then.effective, member) && can_act(log, then.known, then.effective, member)) return true;
  }
  const Set admitted = admissions(log, whole(log), member);
  each_op(log, op) {
    if (!in(admitted, op)) continue;
    const View then = view_of(log, log->at[op].past);
    if (!can_act(log, then.known, then.effective, member)) continue; /* its other device is */
    const Set current = rekeyings(log, then.effective);
    if (fresh == NO_OP ? current == NOTHING : in(current, fresh)) return true;
  }
  return false;
}

/* Who has the secret of an epoch that members seal in (6.9) is one of them, with a device that may act. */
static bool only_members_have_the_secret(View now) {
  const Log *log = now.log;
  const Set current = rekeyings(log, now.effective);
  if (is_rekey_needed(log, now.known, now.effective) || (current & (current - 1))) return true;
  Op fresh = NO_OP;
  each_op(log, op) if (in(current, op)) fresh = op;
  each_member(member) {
    const bool may = is_member(log, now.effective, member) && can_act(log, now.known, now.effective, member);
    if (!may && was_handed(log, fresh, member)) return false;
  }
  return true;
}

/* --- Not properties: that something is so is to be found, so that a test can play it ------------------------------------- */

static bool never_both_lose(View now) {
  const Log *log = now.log;
  each_op(log, a) each_op(log, b)
    if (a < b && in(now.effective, a) && in(now.effective, b) && is_aimed_at(log, a, b) && is_aimed_at(log, b, a)) return false;
  return true;
}

static bool never_overruled(View now) {
  const Log *log = now.log;
  each_op(log, r) each_op(log, q)
    if (in(now.effective, r) && !in(now.effective, q) && concurrent(log, q, r) && is_aimed_at(log, q, r) && is_aimed_at(log, r, q)) return false;
  return true;
}

static bool never_the_senior_in_charge(View now) {
  each_member(member) {
    if (is_admin(now.log, now.known, now.effective, member) && !has_admin_role(now.log, now.effective, member)) return false;
  }
  return true;
}

static bool never_an_admission_filtered(View now) { return (of_kind(now.log, now.known, ADMIT) & ~now.effective) == NOTHING; }

static bool never_removed_and_back(View now) {
  each_op(now.log, op) {
    const Operation *x = &now.log->at[op];
    if (x->kind == ADMIT && in(now.effective, op) && was_removed(now.log, effective_of(now.log, x->past, false), x->subject)) return false;
  }
  return true;
}

static bool never_a_fork_decided(View now) {
  const Log *log = now.log;
  each_op(log, a) each_op(log, b) if (is_fork(log, a, b) && in(now.effective, a)) return false;
  return true;
}

#define property(name) if (looked_at(#name) && !name(now)) return #name;
/* Only where the configuration names it. */
#define sought(name) if (*PROPERTY != 0 && looked_at(#name) && !name(now)) return #name;

static const char *broken_property(const Log *log) {
  const View now = view_of(log, whole(log));
  property(equal_sets_give_equal_rosters)
  property(what_took_stays)
  property(the_taken_take_nothing)
  property(a_right_that_is_gone_gives_nothing)
  property(the_removed_need_an_admin)
  property(a_removal_closes_invites)
  property(none_writes_behind_their_removal)
  property(one_with_a_device_is_in_charge)
  property(forked_devices_write_nothing)
  property(the_seen_removed_get_no_key)
  property(only_members_have_the_secret)
  sought(what_took_stays_whatever_was_said)
  sought(never_both_lose)
  sought(never_overruled)
  sought(never_the_senior_in_charge)
  sought(never_an_admission_filtered)
  sought(never_removed_and_back)
  sought(never_a_fork_decided)
  return NULL;
}
