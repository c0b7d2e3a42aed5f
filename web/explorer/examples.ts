import text from './examples.graphql?raw'

/** One query of the menu; `caller` says for whom it is, `operation` is its name in the document. */
export interface Example {
  caller: string
  title: string
  query: string
  operation: string
}

/** The examples in the order of the file; each stands below a line `## caller：title`. */
export const examples: Example[] = `\n${text}`
  .split('\n## ')
  .slice(1)
  .map((part) => {
    const [heading = '', ...lines] = part.split('\n')
    const [caller = '', title = ''] = heading.split('：')
    const query = lines.join('\n').trim() + '\n'
    const operation = /^(?:query|mutation) (\w+)/m.exec(query)?.[1] ?? ''
    return { caller, title, query, operation }
  })
