// The little of Markdown that docs/api.md uses: paragraphs, lists, tables, code, bold and links.
import type { ReactNode } from 'react'

const inlinePattern = /(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)]+\))/

function inline(text: string): ReactNode[] {
  return text.split(inlinePattern).map((part, i) => {
    if (part.startsWith('`')) return <code key={i}>{part.slice(1, -1)}</code>
    if (part.startsWith('**')) return <strong key={i}>{part.slice(2, -2)}</strong>
    const link = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part)
    if (!link) return part
    // Other documents are not served with the pages; sections of this one are.
    return link[2]!.startsWith('#') ? (
      <a key={i} href={link[2]}>
        {inline(link[1]!)}
      </a>
    ) : (
      <span key={i}>《{inline(link[1]!)}》</span>
    )
  })
}

const cells = (line: string) => line.replace(/^\||\|$/g, '').split('|').map((cell) => cell.trim())

function Block({ text }: { text: string }) {
  const lines = text.split('\n')
  if (text.startsWith('```')) {
    return (
      <pre tabIndex={0}>
        <code>{lines.slice(1, -1).join('\n')}</code>
      </pre>
    )
  }
  if (text.startsWith('|')) {
    const [head = '', , ...rows] = lines
    return (
      <div className="table-scroll" tabIndex={0} role="region" aria-label="表格，可左右滚动">
        <table className="api-table">
          <thead>
            <tr>
              {cells(head).map((cell, i) => (
                <th key={i} scope="col">
                  {inline(cell)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row}>
                {cells(row).map((cell, i) => (
                  <td key={i}>{inline(cell)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    )
  }
  if (text.startsWith('- ')) {
    return (
      <ul>
        {lines.map((line) => (
          <li key={line}>{inline(line.replace(/^- /, ''))}</li>
        ))}
      </ul>
    )
  }
  return <p>{inline(text)}</p>
}

/** A text of docs/ as it reads. */
export function Prose({ text }: { text: string }) {
  const blocks = text.match(/```[\s\S]*?```|[^\n][\s\S]*?(?=\n\n|\n```|$(?![\s\S]))/g) ?? []
  return blocks.map((block, i) => <Block key={i} text={block.trim()} />)
}
