/** The longest block of a page's thread, measured in the page itself. */

/** Runs in the page: keeps the longest time between two macrotasks. */
export function watchThread(): void {
  const world = globalThis as unknown as { longestTaskMs: number; watching?: boolean }
  world.longestTaskMs = 0
  if (world.watching === true) return
  world.watching = true
  const { port1, port2 } = new MessageChannel()
  let lastMs = performance.now()
  port1.addEventListener('message', () => {
    const nowMs = performance.now()
    world.longestTaskMs = Math.max(world.longestTaskMs, nowMs - lastMs)
    lastMs = nowMs
    setTimeout(() => {
      lastMs = performance.now()
      port2.postMessage(null)
    }, 1)
  })
  port1.start()
  port2.postMessage(null)
}

/** Runs in the page. */
export function longestTask(): number {
  return (globalThis as unknown as { longestTaskMs: number }).longestTaskMs
}
