interface Range {
  start: number
  end: number
}

/** A text with the runs that match a search marked. Ranges count code points, not UTF-16 units. */
export function Marked({ text, ranges }: { text: string; ranges?: readonly Range[] }) {
  if (!ranges?.length) return text
  const points = Array.from(text)
  const parts: React.ReactNode[] = []
  let at = 0
  for (const { start, end } of ranges) {
    parts.push(points.slice(at, start).join(''), <mark key={start}>{points.slice(start, end).join('')}</mark>)
    at = end
  }
  parts.push(points.slice(at).join(''))
  return parts
}

interface Highlight {
  field: string
  text: string
  ranges: readonly Range[]
}

/** A field of a hit: marked where the search matched it, plain else. A list marks its own items. */
export function Hit({ field, text, highlights }: { field: string; text: string | null | undefined; highlights: readonly Highlight[] }) {
  if (!text) return null
  return <Marked text={text} ranges={highlights.find((one) => one.field === field && one.text === text)?.ranges} />
}
