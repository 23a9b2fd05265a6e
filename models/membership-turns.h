/* Who may write what. A turn: an author has heard of a part of the log, and writes one operation behind that. */

static const char *const KIND_NAMES[KIND_COUNT] = {"remove", "demote", "promote", "leave", "revoke", "invite", "revokeInvite", "admit", "rekey", "acknowledge"};

typedef struct {
  Kind kind;
  Member author, subject;
  Op invite;
  Set heard;
} Turn;

static bool is_played(Kind kind) {
  char word[16];
  snprintf(word, sizeof word, " %s ", KIND_NAMES[kind]);
  return strstr(" " KINDS " ", word) != NULL;
}

static Set own(const Log *log, Set set, Member author) {
  Set result = NOTHING;
  each_op(log, op) if (in(set, op) && log->at[op].author == author && log->at[op].kind != REVOKE) result |= only(op);
  return result;
}

/* Every log is written in one order only: by depth, then by author. */
static bool is_in_order(const Log *log, Turn turn) {
  if (log->count == 0) return true;
  const Operation *last = &log->at[log->count - 1];
  const int level = depth_of(log, turn.heard), last_level = depth_of(log, last->past);
  return level > last_level || (level == last_level && turn.author >= last->author);
}

/* An honest device has heard of all that it wrote. One in two hands has not; nor has the second, which revokes the first. */
static bool has_heard(const Log *log, Turn turn) {
  return is_closed(log, turn.heard) && (FORKS || turn.kind == REVOKE || !(own(log, whole(log), turn.author) & ~turn.heard));
}

/* 5.1, 5.15, 5.16: the right, in the state of what the author has heard. */
static bool is_entitled(const Log *log, Turn turn) {
  const Set effective = effective_of(log, turn.heard, false);
  const bool admin = is_admin(log, turn.heard, effective, turn.author);
  const bool is_subject_in = is_member(log, effective, turn.subject);
  if (!is_member(log, effective, turn.author)) return false;
  if (turn.kind == REVOKE) return !has_revoked(log, whole(log), turn.author);
  if (!can_act(log, turn.heard, effective, turn.author)) return false;
  switch (turn.kind) {
    case REMOVE: return admin && is_subject_in && turn.subject != turn.author;
    case DEMOTE: return admin && is_subject_in && turn.subject != turn.author && has_admin_role(log, effective, turn.subject);
    case PROMOTE: return admin && is_subject_in && !has_admin_role(log, effective, turn.subject);
    case REVOKE_INVITE: return is_open(log, turn.heard, effective, turn.invite) && (admin || log->at[turn.invite].author == turn.author);
    case ADMIT:
      if (is_subject_in || !has_device(log, turn.heard, effective, turn.subject)) return false;
      if (turn.invite == NO_OP) return admin;
      if (rule("5.39") && was_removed(log, effective, turn.subject) && !admin) return false;
      return is_open(log, turn.heard, effective, turn.invite);
    case ACKNOWLEDGE: { /* where there is something new to acknowledge */
      Set news = of_kind(log, turn.heard, REMOVE) | of_kind(log, turn.heard, DEMOTE);
      each_op(log, op) if (log->at[op].author == turn.author && in(turn.heard, op)) news &= ~(log->at[op].past | only(op));
      return news != NOTHING;
    }
    default: return true;
  }
}

static bool needs_admin(const Log *log, Turn turn) {
  if (turn.kind == REVOKE_INVITE) return log->at[turn.invite].author != turn.author;
  if (turn.kind != ADMIT) return turn.kind == REMOVE || turn.kind == DEMOTE || turn.kind == PROMOTE;
  return turn.invite == NO_OP || (rule("5.39") && was_removed(log, effective_of(log, turn.heard, false), turn.subject));
}

/* 5.5: a role; or, for the senior member, that every other admin went, had the role taken, or is without a device. */
static void find_admin_grounds(const Log *log, Set known, Set effective, Member author, Set *grounds) {
  if (has_admin_role(log, effective, author)) {
    grounds[author] = roles(log, effective, author);
    return;
  }
  each_member(other) {
    const Set demotions = of_kind(log, roles(log, effective, other), DEMOTE);
    if (other == author || !(demotions || has_admin_role(log, effective, other))) continue;
    const Set list = latest(log, admissions(log, effective, other));
    const bool has_none = !has_device(log, known, effective, other);
    if (has_none && list == NOTHING) continue; /* it rests on the beginning */
    grounds[other] = demotions | departures(log, effective, other) | (has_none ? list : NOTHING);
  }
}

static void write_operation(Log *log, Turn turn) {
  Operation x = {.kind = turn.kind, .author = turn.author, .subject = turn.subject, .invite = turn.invite, .past = turn.heard, .previous = NO_OP};
  const Set effective = effective_of(log, turn.heard, false);
  const Set last = latest(log, own(log, turn.heard, turn.author));
  each_op(log, op) if (turn.kind != REVOKE && in(last, op)) x.previous = op;
  x.needsAdmin = needs_admin(log, turn);
  x.admission = latest(log, admissions(log, effective, turn.author));
  if (x.needsAdmin) find_admin_grounds(log, turn.heard, effective, turn.author, x.role);
  log->at[log->count++] = x;
}

/* All turns that a log allows. Kept for each length: a search by depth comes back to the last log of a length for each turn. */
#define MOST_TURNS 4096
typedef struct {
  Log of;
  bool is_known;
  int count;
  Turn at[MOST_TURNS];
} Turns;

static void find_turns(const Log *log, Turns *turns) {
  turns->count = 0;
  if (log->count == OPERATIONS) return;
  for (int heard = 0; heard <= whole(log); heard++) each_member(author) for (Kind kind = 0; kind < KIND_COUNT; kind++) {
    const Turn general = {kind, author, author, NO_OP, (Set)heard};
    if (!is_played(kind) || !has_heard(log, general) || !is_in_order(log, general)) continue;
    const bool is_about_another = kind == REMOVE || kind == DEMOTE || kind == PROMOTE || kind == ADMIT;
    for (int invite = -1; invite < log->count; invite++) {
      if (invite < 0 ? kind == REVOKE_INVITE : kind != REVOKE_INVITE && kind != ADMIT) continue;
      if (invite >= 0 && !in(heard, invite)) continue;
      each_member(subject) {
        if (!is_about_another && subject != author) continue;
        const Turn turn = {kind, author, subject, invite < 0 ? NO_OP : (Op)invite, (Set)heard};
        if (is_entitled(log, turn)) turns->at[turns->count++] = turn;
      }
    }
  }
}

static const Turns *turns_of(const Log *log) {
  static Turns found[OPERATIONS + 1];
  Turns *turns = &found[log->count];
  if (!turns->is_known || memcmp(&turns->of, log, sizeof *log) != 0) {
    find_turns(log, turns);
    turns->of = *log;
    turns->is_known = true;
  }
  return turns;
}

/* A log as JSON, for tests that play it on the real resolvers. */
static void print_log(const Log *log, const char *why) {
  const View now = view_of(log, whole(log));
  printf("TRACE {\"why\":\"%s\",\"joined\":%d,\"admins\":%d,\"operations\":[", why, JOINED, ADMINS);
  each_op(log, op) {
    const Operation *x = &log->at[op];
    printf("%s{\"kind\":\"%s\",\"author\":%d,\"subject\":%d,\"invite\":%d,\"previous\":%d,\"heard\":%d}", op ? "," : "", KIND_NAMES[x->kind], x->author,
           x->subject, x->invite == NO_OP ? -1 : x->invite, x->previous == NO_OP ? -1 : x->previous, x->past);
  }
  printf("],\"effective\":%d,\"rekeyNeeded\":%s,\"members\":[", now.effective, is_rekey_needed(log, now.known, now.effective) ? "true" : "false");
  const char *comma = "";
  each_member(member) {
    if (!is_member(log, now.effective, member)) continue;
    printf("%s{\"member\":%d,\"admin\":%s,\"acts\":%s}", comma, member, is_admin(log, now.known, now.effective, member) ? "true" : "false",
           can_act(log, now.known, now.effective, member) ? "true" : "false");
    comma = ",";
  }
  printf("]}\n");
  fflush(stdout);
}
