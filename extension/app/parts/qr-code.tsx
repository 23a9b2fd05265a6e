import { useEffect, useState } from 'preact/hooks'

/** Modules of quiet zone around a code (ISO/IEC 18004 requires four). */
const BORDER = 4

interface Code {
  readonly size: number
  readonly path: string
}

/** What draws codes is loaded with the first of them: no page that has just opened shows one. */
async function codeOf(text: string): Promise<Code> {
  const { encodeQR } = await import('qr')
  const modules = encodeQR(text, 'raw', { ecc: 'low', border: BORDER })
  const path = modules.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return { size: modules.length, path }
}

/** A text as a QR code, dark on light in both themes: many cameras cannot read inverted ones. */
export function QrCode({ text, name }: { readonly text: string; readonly name: string }) {
  const [code, setCode] = useState<Code | null>(null)
  useEffect(() => {
    let isShown = true
    void codeOf(text).then((made) => isShown && setCode(made))
    return () => {
      isShown = false
    }
  }, [text])
  // Until it is drawn there is room for it, but nothing that calls itself a code.
  if (code === null) return <svg class="qr" aria-hidden="true" viewBox="0 0 1 1" />
  return (
    <svg class="qr" role="img" aria-label={name} viewBox={`0 0 ${code.size} ${code.size}`} shape-rendering="crispEdges">
      <rect width={code.size} height={code.size} fill="#fff" />
      <path d={code.path} fill="#000" />
    </svg>
  )
}
