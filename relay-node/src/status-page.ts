/** The relay's own page: whether it is up, its addresses, and what it can and cannot see. It loads nothing from anywhere. */
import { encodeQR } from 'qr'
import { BLIND, SEES } from './what-it-sees.ts'

/** Nothing runs on it and nothing is loaded: the picture is part of it, and so is how it looks. */
export const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const STYLE = `
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
  body { margin: 0 auto; max-inline-size: 42rem; padding: 2rem 1rem; }
  h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-block-start: 2rem; }
  code { display: block; overflow-wrap: anywhere; padding: .75rem; border: 1px solid color-mix(in srgb, currentcolor 25%, transparent); border-radius: .5rem; margin-block: .5rem; user-select: all; }
  .picture { display: block; inline-size: 14rem; max-inline-size: 100%; background: #fff; color: #000; padding: .75rem; border-radius: .5rem; }
  .picture svg { display: block; inline-size: 100%; block-size: auto; }`

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)

export function statusPage(state: { readonly isReady: boolean; readonly isOpen: boolean; readonly addresses: readonly string[] }): string {
  const [first] = state.addresses
  // The library's picture is of paths only.
  const picture =
    first === undefined ? '' : `<div class="picture" role="img" aria-label="QR code of the address">${encodeQR(first, 'svg', { ecc: 'low' })}</div>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>A Sotto relay</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>A Sotto relay</h1>
<p role="status">${state.isReady ? 'It is up and takes letters.' : 'It is up, and takes nothing new at the moment.'}</p>
<h2>Its address</h2>
<p>${state.isOpen ? 'To put into Sotto’s settings, or to give to the person who makes a group:' : 'It is not open to everybody: ask the person who runs it for an invite, which is this address with what lets you in. Who runs it makes one with <kbd>npm run relay -- admit</kbd>.'}</p>
${state.addresses.map((address) => `<code>${escaped(address)}</code>`).join('\n')}
${picture}
<h2>What it sees</h2>
<p>${escaped(SEES)}</p>
<h2>What it cannot see</h2>
<p>${escaped(BLIND)}</p>
</main>
</body>
</html>
`
}
