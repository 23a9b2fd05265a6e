import { expect, test } from 'vitest'
import { type Route, backFrom, hashOf, parentOf, routeOf } from './route.ts'

const ROUTES: readonly Route[] = [
  { screen: 'list' },
  { screen: 'newGroup' },
  { screen: 'pasteInvite' },
  { screen: 'settings' },
  { screen: 'requests' },
  { screen: 'conversation', group: 'aZ-_09' },
  { screen: 'members', group: 'a/b c%' },
  { screen: 'invite', group: 'x' },
  { screen: 'security', group: 'x' },
  { screen: 'lifetime', group: 'x' },
  { screen: 'person', group: 'x', account: 'a/b c%' },
]

test('every route survives the address bar', () => {
  for (const route of ROUTES) expect(routeOf(hashOf(route))).toEqual(route)
})

test('a hash without a meaning opens the list', () => {
  for (const hash of ['', '#', '#/', '#/nowhere', '#/conversation', '#/conversation/', '#/members/%E0%A4%A', '#/person/x', '#/person/x/'])
    expect(routeOf(hash)).toEqual({ screen: 'list' })
})

test('Back always ends at the list', () => {
  for (const route of ROUTES) {
    let at = route
    for (let step = 0; step < 3; step++) at = parentOf(at)
    expect(at).toEqual({ screen: 'list' })
  }
})

test('Back leads where one came from, if the screen belongs there, and never in a circle', () => {
  const conversation: Route = { screen: 'conversation', group: 'x' }
  const members: Route = { screen: 'members', group: 'x' }
  const invite: Route = { screen: 'invite', group: 'x' }
  expect(backFrom(invite, conversation)).toEqual(conversation)
  expect(backFrom(invite, members)).toEqual(members)
  expect(backFrom(invite, null)).toEqual(members)
  expect(backFrom(invite, { screen: 'list' })).toEqual(members)
  expect(backFrom(invite, { screen: 'conversation', group: 'y' })).toEqual(members)
  expect(backFrom(members, invite)).toEqual(conversation)
  expect(backFrom(conversation, members)).toEqual({ screen: 'list' })
  expect(backFrom({ screen: 'settings' }, conversation)).toEqual({ screen: 'list' })
})
