/** What the played engine answers with: values of the sizes of real ones. */

import type { TriedRelay } from '@sotto/engine/api'

/** What a person lets others know at first. */
export const PRIVACY = { readReceipts: true, typing: true, presence: false } as const

/** A long invite, the size of real ones. */
export const CONTACT_LINK = `sotto-contact:${'k4Hs9bTz2QxW7mLrV5nJcY8p'.repeat(14)}`.slice(0, 338)

export const INVITE = `sotto:${'q7Zt3kVx9LmP2nRw8YbC5dFg'.repeat(13)}`.slice(0, 318)

/** A safety number, the size of real ones. */
export const DIGITS = '302174861953270416805927364810952736418502976314085297163048'

/** A safety code, the size of real ones. */
export const SAFETY_CODE = `sotto-safety:${'Zt3kVx9LmP2nRw8YbC5dFgq7'.repeat(6)}`.slice(0, 148)

export const NO_NOTIFICATIONS = { show: 'off', mentionsThroughMute: true } as const

/** One relay can be reached, and no other. */
export const triedRelay = (address: string): TriedRelay =>
  address.includes('example.org') ? { result: 'reached', reason: null, ms: 40, address } : { result: 'unreachable', reason: 'silent', ms: null, address }

/** A person’s picture: a head before a wall. */
export const PICTURE = {
  type: 'image/png',
  bytes:
    'iVBORw0KGgoAAAANSUhEUgAAADAAAAAwCAIAAADYYG7QAAABXUlEQVR42u3OV05DQRSDYa-LtbAknkPvvZf05vSyFJZBpJGiKDfR9ZwBcpCQvmf7R2FKV7A7pSvYm9AV7E_oCg7GdAWHY7qCoxFdwfGIruBkSFdwOqQrOBswxScLWSmDOB_QZmXKItssLvo0yK0JDMu47DOWWBPEjuOqxyhRNUHUPq571BlqAv0CN13qzEH6BW67FJlrAvEFdx2KEoPEF9x3KEoMEl_wQIoSg8QXPJKixCDxBU9tihKDxBc8tylKDBJf8NKizlyjX-C1RZ05SL_AW5NRDDVR-3hvMlZUTew4Pho0EGsMyyg2aJNbY5tFqc4UK1NSBlGu0xVUanQF1RpdQa3KFFvbO1kpg6hXqVt5r9Av0Kgwl7kjK_cLzQrX-caOrHWnaJWZ9aMpi7LXaJe55NdqgqV3sMS5X05ZNG9Ap8RggzVByEC3yJmN1wSzEvTc1ARwVfMf9BeDvgCiaV3UpU-KDgAAAABJRU5ErkJggg',
} as const
