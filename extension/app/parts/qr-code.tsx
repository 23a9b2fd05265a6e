import { encodeQR } from 'qr'
import { useMemo } from 'preact/hooks'

/** Modules of quiet zone around a code (ISO/IEC 18004 requires four). */
const BORDER = 4

/** A text as a QR code, dark on light in both themes: many cameras cannot read inverted ones. */
export function QrCode({ text, name }: { readonly text: string; readonly name: string }) {
  const { size, path } = useMemo(() => {
    const modules = encodeQR(text, 'raw', { ecc: 'low', border: BORDER })
    const path = modules.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
    return { size: modules.length, path }
  }, [text])
  return (
    <svg class="qr" role="img" aria-label={name} viewBox={`0 0 ${size} ${size}`} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
