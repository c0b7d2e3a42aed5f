import text from './examples.graphql?raw'

/** One query of the menu; `caller` says for whom it is. */
export interface Example {
  caller: string
  title: string
  query: string
}

/** The examples in the order of the file; each stands below a line `## caller：title`. */
export const examples: Example[] = `\n${text}`
  .split('\n## ')
  .slice(1)
  .map((part) => {
    const [heading = '', ...lines] = part.split('\n')
    const [caller = '', title = ''] = heading.split('：')
    return { caller, title, query: lines.join('\n').trim() + '\n' }
  })
