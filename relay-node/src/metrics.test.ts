import { expect, test } from 'vitest'
import { createMetrics } from './metrics.ts'

test('counts and gauges are told as Prometheus reads them, those of nothing as well', async () => {
  const metrics = createMetrics({ connections: { help: 'Connections open', now: () => 7 } })
  metrics.count('appended')
  metrics.count('appended')
  metrics.count('keysFetched')
  metrics.count('refused:full')
  const lines = (await metrics.text()).split('\n')
  for (const line of [
    'sotto_relay_appended_total 2',
    'sotto_relay_keys_fetched_total 1',
    'sotto_relay_refused_total{reason="full"} 1',
    'sotto_relay_pushed_total 0',
    'sotto_relay_connections 7',
    '# TYPE sotto_relay_appended_total counter',
    '# HELP sotto_relay_connections Connections open',
  ]) {
    expect(lines).toContain(line)
  }
  expect(lines.some((line) => line.startsWith('sotto_relay_nodejs_eventloop_lag_seconds '))).toBe(true)
  expect(metrics.counts()).toEqual({ appended: 2, keysFetched: 1, 'refused:full': 1 })
  metrics.stop()
})

test('two relays in one process count by themselves', async () => {
  const [one, other] = [createMetrics({}), createMetrics({})]
  one.count('opened')
  expect(await other.text()).toContain('sotto_relay_opened_total 0\n')
})

test('no label but a refusal’s reason and the process’s own kinds', async () => {
  const text = await createMetrics({}).text()
  const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, name]) => name))
  for (const label of labels) expect(['reason', 'version', 'major', 'minor', 'patch', 'space', 'type', 'kind', 'quantile', 'le']).toContain(label)
})
