/* What has to be so after every step of joining. Each has a configuration with a rule off in which it must fail. */

/* Those that can open a message were members by what its sender had (its frontier). */
static bool readers_were_entitled(const Joining *now) {
  if (act.sent_by == NOBODY) return true;
  each_member(other) if (in(now->key[act.sent_by].holders, other) && !is_in(now, now->has[act.sent_by], other)) return false;
  return true;
}

/* Nora's key goes to none that a member that answers promptly knew as removed, when Nora was admitted. */
static bool the_removed_get_no_key(const Joining *now) { return act.handed_by != NORA || !(now->key[NORA].holders & now->gone); }

/* Who is welcomed, and so has the secrets and the log, is a member by the log of the one that welcomes. */
static bool the_welcomed_are_members(const Joining *now) { return act.welcomed_by == NOBODY || is_in(now, now->has[act.welcomed_by], NORA); }

/* A new member knows what the inviter knew that made its link: no removal from before that can be hidden. */
static bool the_link_holds(const Joining *now) {
  return !now->entered || !((now->log.at[now->link].past | only(now->link)) & ~now->has[NORA]);
}

static const char *broken_joining(const Joining *now) {
  property(readers_were_entitled)
  property(the_removed_get_no_key)
  property(the_welcomed_are_members)
  property(the_link_holds)
  return NULL;
}
