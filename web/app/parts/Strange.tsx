/** Says which filters of an address are none that can be chosen: it was typed, or cut off, or is an old one. */
export function Strange({ values }: { values: readonly string[] }) {
  if (values.length === 0) return null
  return (
    <p className="strange" role="alert">
      网址中的“{values.join('”“')}”不是可选的条件，没有采用。请重新选择。
    </p>
  )
}
