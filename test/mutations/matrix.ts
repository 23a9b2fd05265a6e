/**
 * The matrix: each rule, and the change of the source that switches it off. A test that nobody named, or an invariant of
 * a simulated world, must fail then (`npm run simulate -- --mutations`).
 */

export interface Mutant {
  /** The rule that is switched off, as a sentence. */
  readonly rule: string
  /** From the root of the repository. */
  readonly file: string
  /** Stands in the file exactly once. */
  readonly from: string
  readonly to: string
  /** Whose failure kills it: the tests of these files, or the invariants of these seeds' worlds. */
  readonly by: { readonly tests: readonly string[] } | { readonly seeds: readonly number[] }
}

const MEMBERSHIP = 'packages/membership/src'
const STORIES = { tests: [`${MEMBERSHIP}/story/stories.test.ts`, `${MEMBERSHIP}/recipients.test.ts`, `${MEMBERSHIP}/may-author.test.ts`, `${MEMBERSHIP}/log.test.ts`, `${MEMBERSHIP}/story/worked-cases.test.ts`, `${MEMBERSHIP}/story/each-rule.test.ts`, `${MEMBERSHIP}/oracle/compare-resolvers.test.ts`] } as const
const CORE = 'packages/core/src'
const storiesOf = (name: string) => ({ tests: [`packages/simulator/src/story/${name}.test.ts`] })

export const MUTANTS: readonly Mutant[] = [
  // PROTOCOL §5.1, entitled
  {
    rule: 'only members write',
    file: `${MEMBERSHIP}/entitled.ts`,
    from: "if (!isIn(author)) return voided({ code: 'onlyMembersWrite' })",
    to: 'if (author === undefined) return voided({ code: \'onlyMembersWrite\' })',
    by: STORIES,
  },
  {
    rule: 'a revoked device writes nothing',
    file: `${MEMBERSHIP}/entitled.ts`,
    from: "if (!isCurrent) return voided({ code: 'onlyCurrentDevicesWrite' })",
    to: '',
    by: STORIES,
  },
  { rule: 'only admins remove', file: `${MEMBERSHIP}/entitled.ts`, from: "if (!byAdmin) return { code: 'onlyAdminsRemove' }", to: '', by: STORIES },
  { rule: 'only admins set roles', file: `${MEMBERSHIP}/entitled.ts`, from: "if (!byAdmin) return { code: 'onlyAdminsSetRoles' }", to: '', by: STORIES },
  { rule: 'only admins set a policy', file: `${MEMBERSHIP}/entitled.ts`, from: "if (!byAdmin) return { code: 'onlyAdminsSetPolicy' }", to: '', by: STORIES },
  {
    rule: 'only admins rename',
    file: `${MEMBERSHIP}/entitled.ts`,
    from: "return byAdmin ? undefined : { code: 'onlyAdminsRename' }",
    to: 'return undefined',
    by: STORIES,
  },
  {
    rule: 'only admins invite admins',
    file: `${MEMBERSHIP}/entitled.ts`,
    from: "return byAdmin || body.role === 'member' ? undefined : { code: 'onlyAdminsInviteAdmins' }",
    to: 'return undefined',
    by: STORIES,
  },
  {
    rule: 'only admins and the inviter revoke an invite',
    file: `${MEMBERSHIP}/entitled.ts`,
    from: "return byAdmin || isOwnInvite(attempt.account, invite.by) ? undefined : { code: 'onlyAdminsAndInvitersRevokeInvites' }",
    to: 'return undefined',
    by: STORIES,
  },
  {
    rule: 'a member admits nobody without an invite',
    file: `${MEMBERSHIP}/entitled.ts`,
    from: "if (!byAdmin) return { code: 'onlyAdminsAdmitWithoutInvite' }",
    to: '',
    by: STORIES,
  },
  {
    rule: 'an invite serves as often as it says',
    file: `${MEMBERSHIP}/entitled.ts`,
    from: "if (invite.used >= invited.uses) return { code: 'inviteSpent', uses: invited.uses }",
    to: '',
    by: STORIES,
  },
  {
    rule: 'an invite gives the role that it names',
    file: `${MEMBERSHIP}/entitled.ts`,
    from: "if (invited.role !== body.role) return { code: 'roleIsNotTheInvites' }",
    to: '',
    by: STORIES,
  },
  {
    rule: 'a device of somebody else is not listed as one’s own',
    file: `${MEMBERSHIP}/entitled.ts`,
    from: "if (isForeign) return { code: 'deviceOfAnother' }",
    to: '',
    by: STORIES,
  },
  {
    rule: 'an older device list does not come back',
    file: `${MEMBERSHIP}/entitled.ts`,
    from: "if (version < knownVersion) return { code: 'olderDeviceList', version, knownVersion }",
    to: '',
    by: STORIES,
  },
  {
    rule: 'of one version there is one device list',
    file: `${MEMBERSHIP}/entitled.ts`,
    from: "return mustEqual !== null && !equalBytes(mustEqual, person.list.hash) ? { code: 'forkedDeviceList', version } : undefined",
    to: 'return undefined',
    by: STORIES,
  },
  {
    rule: 'a revoked device stays revoked',
    file: `${MEMBERSHIP}/entitled.ts`,
    from: "if (list.body.devices.some(({ body }) => idGet(revoked, body.device) !== undefined)) return { code: 'revokedDeviceListed' }",
    to: '',
    by: STORIES,
  },
  {
    rule: 'people change their own devices only',
    file: `${MEMBERSHIP}/entitled.ts`,
    from: "if (!equalBytes(body.member.list.body.account, attempt.account)) return { code: 'onlyTheirOwnerChangesDevices' }",
    to: '',
    by: STORIES,
  },
  // §5.2, witnessed
  { rule: 'what a majority acknowledged is not undone', file: `${MEMBERSHIP}/witnessed.ts`, from: 'return inFavour * 2 > electors.length', to: 'return false', by: STORIES },
  { rule: 'half is no majority', file: `${MEMBERSHIP}/witnessed.ts`, from: 'return inFavour * 2 > electors.length', to: 'return inFavour * 2 >= electors.length', by: STORIES },
  {
    rule: 'authors and subjects are no witnesses',
    file: `${MEMBERSHIP}/witnessed.ts`,
    from: 'if (isIn(person) && !parties.some((each) => equalBytes(each, person.account))) others.push(person.account)',
    to: 'if (isIn(person)) others.push(person.account)',
    by: STORIES,
  },
  {
    rule: 'where there are other admins, only they are witnesses',
    file: `${MEMBERSHIP}/witnessed.ts`,
    from: 'return admins.length > 0 ? admins : others',
    to: 'return others',
    by: STORIES,
  },
  // §5.3, attacks
  {
    rule: 'a removal voids what its subject wrote at the same time',
    file: `${MEMBERSHIP}/attacks.ts`,
    from: "if (body.kind === 'remove') return equalBytes(body.account, author.account)",
    to: "if (body.kind === 'remove') return false",
    by: STORIES,
  },
  {
    rule: 'a demotion takes the right of an admin at the same time',
    file: `${MEMBERSHIP}/attacks.ts`,
    from: "return body.kind === 'setRole' && body.role === 'member' && r.right.needsAdmin && equalBytes(body.account, other.account)",
    to: 'return false',
    by: STORIES,
  },
  {
    rule: 'every removal closes the open invites, also at the same time',
    file: `${MEMBERSHIP}/attacks.ts`,
    from: 'if (closesInvites(q)) return true',
    to: '',
    by: STORIES,
  },
  {
    rule: 'a revocation closes its invite, also at the same time',
    file: `${MEMBERSHIP}/attacks.ts`,
    from: "if (body.kind === 'revokeInvite') return equalBytes(body.invite, invite)",
    to: "if (body.kind === 'revokeInvite') return false",
    by: STORIES,
  },
  {
    rule: 'what is in the past is not attacked',
    file: `${MEMBERSHIP}/attacks.ts`,
    from: 'isConcurrent(q.entry, r.entry) && (removesAuthor(q, r)',
    to: '(removesAuthor(q, r)',
    by: STORIES,
  },
  {
    rule: 'both branches of a forked device are void',
    file: `${MEMBERSHIP}/attacks.ts`,
    from: 'if (isConcurrent(sibling, r) && !isWitnessed(scope, r, sibling)) return true',
    to: '',
    by: STORIES,
  },
  {
    rule: 'a fork made later does not undo what was acknowledged',
    file: `${MEMBERSHIP}/attacks.ts`,
    from: 'if (isConcurrent(sibling, r) && !isWitnessed(scope, r, sibling)) return true',
    to: 'if (isConcurrent(sibling, r)) return true',
    by: STORIES,
  },
  // §5.4, stands
  {
    rule: 'of a cycle of removals all stand',
    file: `${MEMBERSHIP}/stands.ts`,
    from: '      this.#standing.add(claim)\n    }\n  }\n\n  /** The undecided',
    to: '    }\n  }\n\n  /** The undecided',
    by: STORIES,
  },
  {
    rule: 'what a standing operation attacks is void',
    file: `${MEMBERSHIP}/stands.ts`,
    from: 'if (restsOnVoid(claim, this.#isVoid) || attackers.some((each) => this.#standing.has(each))) {',
    to: 'if (restsOnVoid(claim, this.#isVoid)) {',
    by: STORIES,
  },
  // §5.5, depends
  {
    rule: 'what rests on a void operation is void',
    file: `${MEMBERSHIP}/stands.ts`,
    from: 'if (restsOnVoid(claim, this.#isVoid) || attackers',
    to: 'if (attackers',
    by: STORIES,
  },
  // §5.6, out
  {
    rule: 'a removed person is out',
    file: `${MEMBERSHIP}/out.ts`,
    from: 'return { ...person, departures: [...person.departures, departure] }',
    to: 'return person',
    by: STORIES,
  },
  {
    rule: 'an admission at the same time does not undo a removal',
    file: `${MEMBERSHIP}/out.ts`,
    from: 'if (person.admissions.some((admission) => isBefore(departure, admission))) return person',
    to: 'if (person.admissions.some((admission) => !isBefore(admission, departure))) return person',
    by: STORIES,
  },
  {
    rule: 'an admission that is taken back makes the epoch stale',
    file: `${MEMBERSHIP}/fold.ts`,
    from: 'withVoidAdmissions(applyStanding(base, standing), voidAdmissionsIn(region, standing))',
    to: 'applyStanding(base, standing)',
    by: STORIES,
  },
  // §5.7, in charge
  {
    rule: 'without an admin the senior member is in charge',
    file: `${MEMBERSHIP}/in-charge.ts`,
    from: 'const senior = state.adminCount === 0 ? seniorMember(state) : undefined',
    to: 'const senior = undefined as Person | undefined',
    by: STORIES,
  },
  {
    rule: 'a last admin names a successor',
    file: `${MEMBERSHIP}/may-author.ts`,
    from: "return leavesNobodyInCharge(roster, account, body) ? { code: 'lastAdminNamesSuccessor' } : true",
    to: 'return true',
    by: STORIES,
  },
  // §5.8, settings
  {
    rule: 'of two titles the one of greater depth holds',
    file: `${MEMBERSHIP}/settings.ts`,
    from: 'a.depth > b.depth || (a.depth === b.depth',
    to: 'a.depth < b.depth || (a.depth === b.depth',
    by: STORIES,
  },
  // Recipients
  {
    rule: 'a removal that cannot be placed keeps its subject out',
    file: `${MEMBERSHIP}/recipients.ts`,
    from: '.filter(({ account }) => !unplaced.some((each) => equalBytes(each, account)))',
    to: '',
    by: STORIES,
  },
  {
    rule: 'only an admin’s removal that cannot be placed does so',
    file: `${MEMBERSHIP}/recipients.ts`,
    from: 'return isByAdmin ? [unsigned.body.account] : []',
    to: 'return [unsigned.body.account]',
    by: STORIES,
  },
  {
    rule: 'and for a week only',
    file: `${MEMBERSHIP}/recipients.ts`,
    from: "if (unsigned.body.kind !== 'remove' || unsigned.writtenMs + UNPLACED_REMOVAL_MS <= nowMs) return []",
    to: "if (unsigned.body.kind !== 'remove') return []",
    by: STORIES,
  },
  {
    rule: 'who comes back only because a removal became void gets nothing',
    file: `${MEMBERSHIP}/recipients.ts`,
    from: 'personOf(state, account)?.admissions.some((admission) => isAncestor(log, removal, admission.id)) === true',
    to: 'personOf(state, account) !== undefined || isAncestor(log, removal, removal)',
    by: STORIES,
  },
  // Requests to join
  {
    rule: 'a request to join is signed with the invite',
    file: `${MEMBERSHIP}/check-join.ts`,
    from: "if (!primitives.ed25519.verify(requestSignature, signed, inviteKey)) return { code: 'badSignature' }",
    to: '',
    by: STORIES,
  },
  {
    rule: 'an expired invite lets nobody in',
    file: `${MEMBERSHIP}/check-join.ts`,
    from: "if (invite.expiresMs <= nowMs) return { code: 'inviteExpired', expiresMs: invite.expiresMs, nowMs }",
    to: '',
    by: STORIES,
  },
  // §3, §6, §7, in worlds
  {
    rule: 'nothing is sealed in a contested or stale epoch',
    file: `${CORE}/send.ts`,
    from: 'if (roster.stale || roster.contested || isWornOut) {',
    to: 'if (isWornOut) {',
    by: { seeds: [55] },
  },
  {
    rule: 'every start has sender keys of its own',
    file: `${CORE}/step.ts`,
    from: 'context.draft.put(OWN_KEY, key, { ...value, retire: true })',
    to: 'context.draft.put(OWN_KEY, key, value)',
    by: { seeds: [6239, 105, 700, 6006, 69, 49, 1019, 3116] },
  },
  {
    rule: 'a message that was sealed anew is shown once',
    file: `${CORE}/receive.ts`,
    from: 'if (content.again !== null && !isFirst(context, group, device, content.again)) return',
    to: '',
    by: { seeds: [6006, 6003, 6055] },
  },
  {
    rule: 'whoever is out is heard only as far as a member vouches',
    file: `${CORE}/receive.ts`,
    from: 'if (isOut && !hasNumber(context.draft.get(VOUCHED, ...name) ?? NOTHING, iteration)) {',
    to: 'if (isOut && iteration < 0) {',
    by: { seeds: [55] },
  },
  {
    rule: 'a missing key is asked for',
    file: `${CORE}/receive.ts`,
    from: 'askLater(context, [group, textOf(parked.epoch), textOf(parked.device), String(parked.generation)], LIMITS.keyRequestAfterMs)',
    to: 'void askLater',
    by: { seeds: [6262] },
  },
  {
    rule: 'a rekey whose secret nobody has is answered with another',
    file: `${CORE}/epochs.ts`,
    from: '      authorRekeying(context, group, (commitment) => ({ kind: \'rekey\', commitment }))\n      continue',
    to: '      continue',
    by: { seeds: [6084] },
  },
  {
    rule: 'members who reconcile send what the other lacks',
    file: `${CORE}/reconcile.ts`,
    from: 'const ids = whatTheyLack(asked, frame.held).flatMap(',
    to: 'const ids = whatTheyLack(asked.slice(asked.length), frame.held).flatMap(',
    by: { seeds: [6262] },
  },
  // The same, in stories: no world of chance needs these
  {
    rule: 'what was passed over in a chain is asked for',
    file: `${CORE}/receive.ts`,
    from: 'if (opened.key.iteration > their.key.iteration + 1) noteGap(context, name)',
    to: 'void noteGap',
    by: storiesOf('gaps'),
  },
  {
    rule: 'what the next key counts is asked for',
    file: `${CORE}/receive.ts`,
    from: 'if (content.before !== null) noteCount(context, group, place.epoch, device, content.before)',
    to: 'void noteCount',
    by: storiesOf('gaps'),
  },
  {
    rule: 'a message waits for the operations that its key names',
    file: `${CORE}/receive.ts`,
    from: 'if (!hasAll(logOf(context, group), contextOf(their.key).frontier)) {',
    to: 'if (iteration < 0) {',
    by: storiesOf('frontier'),
  },
  {
    rule: 'a message that waits for operations is opened when they come',
    file: `${CORE}/group-log.ts`,
    from: "retryParked(context, group, (parked) => parked.cause === 'operationsMissing')",
    to: 'void retryParked',
    by: storiesOf('frontier'),
  },
  {
    rule: 'a message whose heads are not here has logs compared',
    file: `${CORE}/receive.ts`,
    from: 'if (content.heads !== null && !hasAll(logOf(context, group), content.heads)) compareLogs(context, group, device)',
    to: '',
    by: storiesOf('frontier'),
  },
  {
    rule: 'an envelope whose sender is not known is kept for it',
    file: `${CORE}/receive.ts`,
    from: 'if (device === undefined) return keepStray(context, group, epoch, hash, envelope)',
    to: 'if (device === undefined) return stray(context, group)',
    by: storiesOf('strays'),
  },
  {
    rule: 'an envelope that is kept for its sender is looked at again',
    file: `${CORE}/group-log.ts`,
    from: '  retryStrays(context, group)\n',
    to: '',
    by: storiesOf('strays'),
  },
  {
    rule: 'envelopes of nobody are bounded',
    file: `${CORE}/receive.ts`,
    from: 'if (context.draft.scan(STRAY, group).length >= LIMITS.strayEnvelopes) return stray(context, group)',
    to: '',
    by: storiesOf('strays'),
  },
  {
    rule: 'what somebody unknown says in private is kept for its admission',
    file: `${CORE}/letters-in.ts`,
    from: 'else if (!isMemberDevice(context, group, from)) keepPending(context, from, group, body)',
    to: 'else if (!isMemberDevice(context, group, from)) return',
    by: storiesOf('strays'),
  },
  {
    rule: 'what comes before a welcome is kept for it',
    file: `${CORE}/letters-in.ts`,
    from: 'if (context.draft.get(JOIN, group) !== undefined) keepPending(context, from, group, body)',
    to: '',
    by: storiesOf('strays'),
  },
  {
    rule: 'what somebody unknown says in private is bounded',
    file: `${CORE}/letters-in.ts`,
    from: 'if (context.draft.scan(PENDING_BODY, group, textOf(from.device)).length >= PENDING_BODIES) return',
    to: '',
    by: storiesOf('strays'),
  },
  {
    rule: 'strangers are bounded',
    file: `${CORE}/strangers.ts`,
    from: 'Math.max(0, strangers.length - LIMITS.strangers)',
    to: '0',
    by: { tests: [`${CORE}/strangers.test.ts`] },
  },
  {
    rule: 'a key that nobody acknowledged is made good when a later one is',
    file: `${CORE}/key-repair.ts`,
    from: '  repairOlder(context, from.device, body)\n',
    to: '',
    by: storiesOf('unacknowledged'),
  },
  {
    rule: 'what was not opened for long is made good with a later key',
    file: `${CORE}/unacknowledged.ts`,
    from: 'const waitMs = holder.acknowledged ? LIMITS.undeliveredMs : 0',
    to: 'const waitMs = holder.acknowledged ? Number.POSITIVE_INFINITY : 0',
    by: storiesOf('unacknowledged'),
  },
  {
    rule: 'what a connected device did not acknowledge is made good',
    file: `${CORE}/step.ts`,
    from: '      repairConnected(context)\n',
    to: '',
    by: storiesOf('unacknowledged'),
  },
  {
    rule: 'what a connected device has not opened for long is made good',
    file: `${CORE}/unacknowledged.ts`,
    from: 'const waitMs = value.acknowledged ? LIMITS.undeliveredMs : LIMITS.reconcileMs',
    to: 'const waitMs = value.acknowledged ? Number.POSITIVE_INFINITY : LIMITS.reconcileMs',
    by: storiesOf('unacknowledged'),
  },
  {
    rule: 'whoever is with nobody asks a member for operations',
    file: `${CORE}/log-repair.ts`,
    from: '      askSomebody(context, group)\n',
    to: '',
    by: storiesOf('operations'),
  },
  {
    rule: 'own operations are posted again in a new epoch',
    file: `${CORE}/epochs.ts`,
    from: '  repostOwnOperations(context, group, rekeyings)\n',
    to: '',
    by: storiesOf('operations'),
  },
  {
    rule: 'what no relay was there for is left when one is',
    file: `${CORE}/step.ts`,
    from: "    case 'relayReady':\n      return reviewOutbox(context)",
    to: "    case 'relayReady':\n      return",
    by: storiesOf('operations'),
  },
  {
    rule: 'what a relay refused is left later',
    file: `${CORE}/relay-link.ts`,
    from: "setTimer(context, 'outbox', notBeforeMs, 'earliest')",
    to: '',
    by: storiesOf('operations'),
  },
  {
    rule: 'what was not confirmed in an epoch that ended is sealed anew',
    file: `${CORE}/epochs.ts`,
    from: '  sealAnew(context, group, epoch)\n',
    to: '',
    by: storiesOf('seal-anew'),
  },
  {
    rule: 'what is sealed anew is taken back from the old epoch',
    file: `${CORE}/seal-anew.ts`,
    from: "for (const token of waiting.get(key.join('/')) ?? []) withdraw(context, token)",
    to: 'void withdraw',
    by: storiesOf('seal-anew'),
  },
  {
    rule: 'a mailbox that is full for long has another epoch begun',
    file: `${CORE}/seal-anew.ts`,
    from: "if (isWaiting && currentEpoch(context, group) === value.epoch) authorRekeying",
    to: 'if (isWaiting && group === value.epoch) authorRekeying',
    by: storiesOf('seal-anew'),
  },
]
