/** How the person wants to hear of messages while no page shows them. */

export interface NotificationsView {
  /** `noContent`: only that something came. `content`: who wrote what, and where. */
  readonly show: 'off' | 'noContent' | 'content'
  /** Whether a muted conversation is heard of where the person is mentioned. */
  readonly mentionsThroughMute: boolean
}
