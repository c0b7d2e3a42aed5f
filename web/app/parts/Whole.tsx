/** Words with days in them, which stay in one piece: a browser would break a line after a hyphen. */
export const Whole = ({ text }: { text: string }) =>
  text.split(/(\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?)/).map((part, i) =>
    i % 2 ? (
      <span key={i} className="nowrap">
        {part}
      </span>
    ) : (
      part
    ),
  )
