import { expect, test } from 'vitest'
import { type Route, hashOf, parentOf, routeOf } from './route.ts'

const ROUTES: readonly Route[] = [
  { screen: 'list' },
  { screen: 'newGroup' },
  { screen: 'pasteInvite' },
  { screen: 'settings' },
  { screen: 'conversation', group: 'aZ-_09' },
  { screen: 'members', group: 'a/b c%' },
  { screen: 'invite', group: 'x' },
  { screen: 'security', group: 'x' },
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
